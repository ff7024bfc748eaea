import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addDays } from '../../../src/kernel/calendar.js';
import { connector } from '../../../src/connectors/hubspot/connector.js';
import { type SandboxedApp, startSandboxedApp } from './sandboxed-app.js';
import { WholeConnection } from './whole-connection.js';

let sandboxed: SandboxedApp;
let hub: WholeConnection;

beforeAll(async () => {
  // A count a day, three a second: two years of days would take five minutes.
  sandboxed = await startSandboxedApp({ config: { syncHistoryDays: 120 } });
  hub = await WholeConnection.make(sandboxed, 'hubspot', {
    account: 'acme',
    accountId: '24310587',
  });
}, 450_000);

afterAll(async () => {
  await sandboxed?.close();
}, 60_000);

function daysAgo(days: number): string {
  return addDays(hub.range.to, -days);
}

const stored = connector.metrics.filter(({ aggregation }) => aggregation.kind !== 'ratio');
const ratios = connector.metrics.filter(({ aggregation }) => aggregation.kind === 'ratio');

describe('HubSpot, from consent to answers', () => {
  test.each(stored.map(({ key }) => key))(
    '%s is what the business knows itself, every day and dimension',
    (metric) => hub.expectStored(metric, metric === 'crm.contacts.new' ? daysAgo(120) : undefined),
    60_000,
  );

  test.each(ratios.map(({ key }) => key))(
    '%s is the quotient of what the business knows of its parts',
    (metric) => hub.expectRatio(metric, daysAgo(120)),
    60_000,
  );

  test('nothing of the truth is left out', () => {
    expect(hub.unknown).toEqual([]);
  });
});
