import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CANARY_MARKS } from '../../sandbox/business/canary.js';
import { connector as analytics } from '../../src/connectors/google-analytics/connector.js';
import { connector as hubspot } from '../../src/connectors/hubspot/connector.js';
import type { Account } from '../../src/connectors/kit/account.js';
import type { Connector } from '../../src/connectors/kit/connector.js';
import type { ProviderClient } from '../../src/connectors/kit/provider-client.js';
import { BrokenPageError } from '../../src/connectors/kit/provider-errors.js';
import { connector as shopify } from '../../src/connectors/shopify/connector.js';
import { connector as stripe } from '../../src/connectors/stripe/connector.js';
import { spoiled, type Spoiling, withPersonalData } from './support/personal-data.js';
import { type Leavings, readSlice, slicesOf } from './support/read-everything.js';
import { recordCalls, type RecordedCall } from './support/record-calls.js';
import { replay, ReplayEnd } from './support/replay.js';
import { type SandboxVisit, visitSandbox } from './support/sandbox-visit.js';

const CONNECTORS: readonly [string, Connector][] = [
  ['stripe', stripe],
  ['hubspot', hubspot],
  ['google-analytics', analytics],
  ['shopify', shopify],
];

/** Something a connector does, the answers it got for it, and how to do it again with others. */
interface Reading {
  name: string;
  calls: RecordedCall[];
  again(client: ProviderClient): Promise<unknown>;
}

/** All that could be written down of it; of an error: message, stack, fields, cause, hidden properties. */
function everythingOf(value: unknown): string {
  return inspect(value, {
    depth: Infinity,
    showHidden: true,
    maxArrayLength: null,
    maxStringLength: null,
  });
}

/** The marks that are in a text; each stands for a person's data that should not be there. */
function marksIn(value: unknown): string[] {
  const text = (typeof value === 'string' ? value : everythingOf(value)).toLowerCase();
  return CANARY_MARKS.filter((mark) => text.includes(mark.toLowerCase()));
}

/** Once for each place that was read: the answers up to there, the last one with a person's data in it. */
function* spoilings(calls: readonly RecordedCall[], spoiling: Spoiling) {
  const done = new Set<string>();
  for (const [at, { path, reads, answer }] of calls.entries()) {
    for (const place of reads) {
      if (done.has(`${path} ${place}`)) continue;
      done.add(`${path} ${place}`);
      const before = calls.slice(0, at).map((call) => call.answer);
      yield { place, answers: [...before, spoiled(answer, place, spoiling)] };
    }
  }
}

test('a mark is found wherever an error can hold it', () => {
  const [mark] = CANARY_MARKS;
  const hidden = new Error('nothing to see');
  Object.defineProperty(hidden, 'body', { value: { deep: [mark] }, enumerable: false });
  for (const error of [
    new Error(`${mark} is no number`),
    new Error('outside', { cause: new Error(mark) }),
    new BrokenPageError(`${mark} is a number`),
    hidden,
  ]) {
    expect(marksIn(everythingOf(error))).toEqual([mark]);
  }
  expect(marksIn(everythingOf(new BrokenPageError('data[].amount is a number')))).toEqual([]);
});

describe.each(CONNECTORS)('%s, where every object is full of personal data,', (id, connector) => {
  let visit: SandboxVisit;
  let account: Account;
  const leavings: Leavings[] = [];
  const readings: Reading[] = [];

  beforeAll(async () => {
    visit = await visitSandbox(id, connector);
    const change = (answer: unknown) => withPersonalData(answer, connector.facts.forbiddenFields);
    const calls: RecordedCall[] = [];
    const again = (client: ProviderClient) => connector.refreshAccount(client, visit.account);
    account = await connector.refreshAccount(
      recordCalls(visit.client, calls, change),
      visit.account,
    );
    readings.push({ name: 'the account', calls, again });
    for (const stream of connector.streams) {
      for (const slice of slicesOf(stream, visit.account)) {
        const own: RecordedCall[] = [];
        const read = (client: ProviderClient) => readSlice(connector, stream, client, slice);
        leavings.push(await read(recordCalls(visit.client, own, change)));
        readings.push({ name: stream.name, calls: own, again: read });
      }
    }
  }, 120_000);
  afterAll(() => visit?.close());

  test('is told it in every answer, so that what is kept of it would be found', () => {
    expect(readings.length).toBeGreaterThan(3);
    for (const { name, calls } of readings) {
      for (const { answer } of calls) {
        expect([name, marksIn(answer).length > 0]).toEqual([name, true]);
      }
    }
    expect(leavings.some(({ points }) => points.length > 0)).toBe(true);
  });

  test('keeps none of it in the account', () => {
    expect(marksIn(account)).toEqual([]);
  });

  test('keeps none of it in rows, which wait for their page to end', () => {
    for (const { stream, rows } of leavings) expect([stream, marksIn(rows)]).toEqual([stream, []]);
  });

  test('keeps none of it in points', () => {
    for (const { stream, points } of leavings) {
      expect([stream, marksIn(points)]).toEqual([stream, []]);
    }
  });

  test('keeps none of it in what is saved of a slice under way', () => {
    for (const { stream, saved } of leavings) {
      expect([stream, marksIn(saved)]).toEqual([stream, []]);
    }
  });

  test.each<Spoiling>(['other-type', 'other-text'])(
    'says none of it in an error, whichever field has it in place of its own value (%s)',
    async (spoiling) => {
      const codes = new Set<unknown>();
      for (const { name, calls, again } of readings) {
        for (const { place, answers } of spoilings(calls, spoiling)) {
          const error: unknown = await again(replay(answers, visit.client)).then(
            () => null,
            (failure: unknown) => failure,
          );
          if (error === null || error instanceof ReplayEnd) continue;
          codes.add((error as { code?: unknown }).code ?? String(error));
          const at = `${name}: ${place}`;
          expect([at, marksIn(everythingOf(error))]).toEqual([at, []]);
        }
      }
      expect([...codes].filter((code) => code !== 'provider_page_broken')).toEqual([]);
      expect(codes.size).toBe(1);
    },
    120_000,
  );
});
