import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addDays, laterDay } from '../../../src/kernel/calendar.js';
import { connector } from '../../../src/connectors/google-analytics/connector.js';
import { type SandboxedApp, startSandboxedApp } from './sandboxed-app.js';
import { WholeConnection } from './whole-connection.js';

let sandboxed: SandboxedApp;
let property: WholeConnection;

beforeAll(async () => {
  sandboxed = await startSandboxedApp();
  property = await WholeConnection.make(sandboxed, 'google-analytics', {
    account: 'owner',
    accountId: '310000001',
    choose: '0',
  });
}, 450_000);

afterAll(async () => {
  await sandboxed?.close();
}, 60_000);

const stored = connector.metrics.filter(({ aggregation }) => aggregation.kind !== 'ratio');
const ratios = connector.metrics.filter(({ aggregation }) => aggregation.kind === 'ratio');

/** Windows of users are read for a quarter only. */
function firstRead(metric: string): string {
  const { historyDays = 0 } = connector.streams.find((it) => it.metrics.includes(metric)) ?? {};
  const { from, to } = property.range;
  return laterDay(from, addDays(to, 1 - historyDays));
}

describe('Google Analytics, from consent to answers', () => {
  test.each(stored.map(({ key }) => key))(
    '%s is what the business knows itself, every day and dimension',
    (metric) => property.expectStored(metric, firstRead(metric)),
    60_000,
  );

  test.each(ratios.map(({ key }) => key))(
    '%s is the quotient of what the business knows of its parts',
    (metric) => property.expectRatio(metric),
    60_000,
  );

  test('nothing of the truth is left out, and nothing is told that has no truth', () => {
    expect(property.unknown).toEqual([]);
    expect(property.untold).toEqual([]);
  });
});
