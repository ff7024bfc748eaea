import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connector } from '../../../src/connectors/hubspot/connector.js';
import { type SandboxedApp, startSandboxedApp } from './sandboxed-app.js';
import { WholeConnection } from './whole-connection.js';

let sandboxed: SandboxedApp;
let hub: WholeConnection;

beforeAll(async () => {
  sandboxed = await startSandboxedApp();
  hub = await WholeConnection.make(sandboxed, 'hubspot', {
    account: 'acme',
    accountId: '24310587',
  });
}, 450_000);

afterAll(async () => {
  await sandboxed?.close();
}, 60_000);

const stored = connector.metrics.filter(({ aggregation }) => aggregation.kind !== 'ratio');

describe('HubSpot, from consent to answers', () => {
  test.each(stored.map(({ key }) => key))(
    '%s is what the business knows itself, every day and dimension',
    (metric) => hub.expectStored(metric),
    60_000,
  );

  test('nothing of the truth is left out', () => {
    expect(hub.unknown).toEqual([]);
  });
});
