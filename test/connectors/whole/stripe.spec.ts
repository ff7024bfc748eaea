import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connector } from '../../../src/connectors/stripe/connector.js';
import { type SandboxedApp, startSandboxedApp } from './sandboxed-app.js';
import { WholeConnection } from './whole-connection.js';

let sandboxed: SandboxedApp;
let account: WholeConnection;

beforeAll(async () => {
  sandboxed = await startSandboxedApp();
  account = await WholeConnection.make(sandboxed, 'stripe', {
    account: 'main',
    accountId: 'acct_1NuMoonMainLive01',
  });
}, 450_000);

afterAll(async () => {
  await sandboxed?.close();
}, 60_000);

const stored = connector.metrics.filter(({ aggregation }) => aggregation.kind !== 'ratio');
const ratios = connector.metrics.filter(({ aggregation }) => aggregation.kind === 'ratio');

describe('Stripe, from consent to answers', () => {
  test.each(stored.map(({ key }) => key))(
    '%s is what the business knows itself, every day and dimension',
    (metric) => account.expectStored(metric),
    60_000,
  );

  test.each(ratios.map(({ key }) => key))(
    '%s is the quotient of what the business knows of its parts',
    (metric) => account.expectRatio(metric),
    60_000,
  );

  test('nothing of the truth is left out, and nothing is told that has no truth', () => {
    expect(account.unknown).toEqual([]);
    expect(account.untold).toEqual([]);
  });
});
