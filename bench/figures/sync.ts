import type { Figure, Row } from '../support/figure.js';
import { type WholeSync, wholeSync } from '../support/whole-sync.js';

/** Records a second that a user of Airbyte measured on Stripe (airbytehq/airbyte#18638). */
const PUBLISHED = 20.7;
const WANTED = 2_000;
const MANY = 200_000;
const FEW = 10_000;
/** What a provider's answer takes over the internet, about. */
const FAR_MS = 150;

/**
 * A whole product connects a Stripe account of the sandbox and reads all of it: source records a second,
 * from the end of the consent page to the end of history, and the peak of its memory. Once as it is, where
 * the connector's own budget of calls is the limit, once without that budget, and a small one as it is with
 * answers that take as long as those of a provider far away: there the wait for one page after the other is
 * the limit. Each run has fresh
 * processes, with the collector's settings as they are; the sandbox has a process of its own.
 */
export const sync: Figure = {
  name: 'sync',
  async measure(postgres) {
    const few = await wholeSync(postgres, { charges: FEW, unpaced: true, installation: 'few' });
    const many = await wholeSync(postgres, { charges: MANY, unpaced: true, installation: 'many' });
    const paced = await wholeSync(postgres, {
      charges: MANY,
      unpaced: false,
      installation: 'paced',
    });
    const far = await wholeSync(postgres, {
      charges: FEW,
      unpaced: false,
      installation: 'far',
      answerMs: FAR_MS,
    });
    return [
      speed('sync of 200,000 charges, as it is', paced, { atLeast: WANTED / PUBLISHED }),
      speed('sync of 200,000 charges, without the budget of calls', many, {
        atLeast: WANTED / PUBLISHED,
      }),
      speed(`sync of 10,000 charges, as it is, each answer after ${FAR_MS} ms`, far, null),
      firstMonth(paced),
      memory(few, many),
    ];
  },
};

function speed(what: string, run: WholeSync, target: Row['target']): Row {
  const ours = run.records / run.seconds;
  return {
    what,
    unit: 'records/s',
    target,
    ours,
    floor: `a published figure of Airbyte's, of other hardware`,
    theirs: PUBLISHED,
    ratio: ours / PUBLISHED,
    samples: {
      ours: [ours],
      load: [run.load],
      ...(run.bare === null ? {} : { 'bare client': [run.bare] }),
    },
    note: describe(run),
  };
}

function describe({ records, seconds, processor, bare, load }: WholeSync): string {
  const perRecord = (spent: number) => ((spent / records) * 1e6).toFixed(0);
  return (
    `${records} records in ${seconds.toFixed(0)} s. Processor time a record: the product ` +
    `${perRecord(processor.product)} microseconds, the stand-in for Stripe ` +
    `${perRecord(processor.standIn)}. ` +
    (bare === null
      ? ''
      : `To a client that does nothing else the stand-in gives ${bare.toFixed(0)} records/s. `) +
    `Load of the machine at the end: ${load.toFixed(1)}.`
  );
}

function firstMonth(run: WholeSync): Row {
  const target = 60;
  return {
    what: 'from connecting to the last month of the ledger and of charges being there',
    unit: 's',
    ours: run.firstMonthSeconds,
    floor: 'the target itself: a minute',
    theirs: target,
    ratio: run.firstMonthSeconds / target,
    target: { atMost: 1 },
    samples: { ours: [run.firstMonthSeconds] },
  };
}

function memory(few: WholeSync, many: WholeSync): Row {
  const [ours, theirs] = [many.peakMemory / 2 ** 20, few.peakMemory / 2 ** 20];
  return {
    what: 'peak of resident memory, sync of 200,000 charges against one of 10,000',
    unit: 'MB',
    ours,
    floor: 'the same product, 10,000 charges',
    theirs,
    ratio: ours / theirs,
    target: { atMost: 1.2 },
    samples: { '200,000': [ours], '10,000': [theirs] },
  };
}
