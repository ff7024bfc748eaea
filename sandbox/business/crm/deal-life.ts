import { canaryPerson } from '../canary.js';
import { Chance } from '../chance.js';
import { digitsOf } from './money.js';
import { PIPELINES, pipelineOf } from './pipelines.js';
import type { CrmAccount, Deal, DealEvent } from './types.js';
import { weightedIndex } from './weighted-index.js';

const HOUR = 3_600_000;
const DAY = 86_400_000;

const WISHES = ['rollout', 'renewal', 'pilot', 'upgrade', 'licences'];

/**
 * The life of a deal from its creation: it walks through its pipeline, stalls, is won or lost, sometimes
 * with a closing date in the past, is opened again, changes its amount, is deleted. Everything follows
 * from the account and the deal's number.
 */
export function dealLife(
  seed: string,
  account: CrmAccount,
  id: number,
  createdAt: number,
  appearsAt = createdAt,
): Deal {
  const chance = new Chance(seed, 'crm-deal', account.key, id);
  const pipeline = PIPELINES[weightedIndex(chance, [70, 20, 10])]?.id ?? 'default';
  const currency = currencyOf(account, chance);
  const openStages = pipelineOf(pipeline).stages.filter((stage) => !stage.closed);
  const first = Math.min(weightedIndex(chance, [80, 15, 5]), openStages.length - 1);
  const firstAmount = chance.happens(0.1) ? null : amount(chance, currency);
  const deal = {
    id,
    // Deals are named after who buys, often a person.
    name: `${canaryPerson(id).name} ${chance.pick(WISHES)}`,
    pipeline,
    currency,
    createdAt,
    appearsAt,
    firstStage: openStages[first]?.id ?? '',
    firstAmount,
    // The end of one of the months that follow; what the CRM itself proposes.
    firstCloseAt: chance.happens(0.05) ? null : monthEnd(createdAt, chance.whole(0, 3)),
  };
  const events: DealEvent[] = [];
  const end = walk(events, chance, pipeline, first, createdAt);
  if (firstAmount === null ? chance.happens(0.5) : chance.happens(0.2)) {
    const at = createdAt + chance.whole(1, 60) * DAY + chance.whole(0, 999);
    events.push({ at, kind: 'amount', minor: amount(chance, currency) });
  }
  if (chance.happens(0.04)) {
    events.push({ at: end + chance.whole(1, 200) * DAY, kind: 'deleted' });
  }
  return { ...deal, events: settled(events, appearsAt) };
}

/** Goes from stage to stage; answers when the last thing happened. */
function walk(
  events: DealEvent[],
  chance: Chance,
  pipeline: string,
  first: number,
  createdAt: number,
): number {
  const open = pipelineOf(pipeline).stages.filter((stage) => !stage.closed);
  let at = createdAt;
  for (let step = first + 1; step <= open.length; step += 1) {
    at += chance.whole(1, 15) * DAY + chance.whole(0, 23) * HOUR + chance.whole(0, 999);
    // It stalls: open for good, its expected closing date long past.
    if (chance.happens(0.04)) return at;
    if (chance.happens(0.12)) return close(events, chance, pipeline, at, createdAt, false);
    const skipped = chance.happens(0.1);
    const stage = open[skipped ? step + 1 : step];
    if (skipped) step += 1;
    if (stage !== undefined) events.push({ at, kind: 'stage', stage: stage.id });
  }
  at += chance.whole(1, 20) * DAY + chance.whole(0, 82_800) * 1000;
  const closed = close(events, chance, pipeline, at, createdAt, chance.happens(0.62));
  if (!chance.happens(0.07)) return closed;
  // Opened again, the closing date left as it was; and decided anew weeks later.
  const reopened = closed + chance.whole(10, 45) * DAY;
  events.push({ at: reopened, kind: 'stage', stage: open.at(-1)?.id ?? '' });
  const again = reopened + chance.whole(5, 40) * DAY;
  return close(events, chance, pipeline, again, createdAt, chance.happens(0.5));
}

function close(
  events: DealEvent[],
  chance: Chance,
  pipeline: string,
  at: number,
  createdAt: number,
  won: boolean,
): number {
  const ends = pipelineOf(pipeline).stages.filter(
    (stage) => stage.closed && stage.tenths === (won ? 10 : 0),
  );
  events.push({ at, kind: 'stage', stage: chance.pick(ends).id });
  let closeAt = at;
  // Entered late, with the day it really happened.
  if (chance.happens(0.08)) closeAt = at - chance.whole(15, 60) * DAY;
  // A date without a time is midnight UTC: in America still the day before.
  if (chance.happens(0.2)) closeAt = Math.floor(closeAt / DAY) * DAY;
  events.push({ at, kind: 'close-date', closeAt: Math.max(closeAt, createdAt) });
  return at;
}

/** In order; nothing happens to a deal before it is there. What an import brings has already happened. */
function settled(events: DealEvent[], appearsAt: number): DealEvent[] {
  return events
    .map((event) => (event.at < appearsAt ? { ...event, at: appearsAt } : event))
    .sort((a, b) => a.at - b.at);
}

function currencyOf(account: CrmAccount, chance: Chance): string {
  const others = account.otherCurrencies ?? [];
  return others.length > 0 && chance.happens(0.35) ? chance.pick(others) : account.currency;
}

/** Minor units, always even (see money.ts); whole units, or with cents. */
function amount(chance: Chance, currency: string): number {
  const units = 50 * chance.whole(1, chance.happens(0.1) ? 4_000 : 400);
  if (digitsOf(currency) === 0) return units * 100;
  return units * 100 + (chance.happens(0.4) ? 2 * chance.whole(0, 49) : 0);
}

function monthEnd(at: number, months: number): number {
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months + 1, 1) - 1;
}
