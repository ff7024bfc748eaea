import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connector } from '../../../src/connectors/shopify/connector.js';
import { type SandboxedApp, startSandboxedApp } from './sandboxed-app.js';
import { WholeConnection } from './whole-connection.js';

let sandboxed: SandboxedApp;
let shop: WholeConnection;

beforeAll(async () => {
  sandboxed = await startSandboxedApp();
  shop = await WholeConnection.make(sandboxed, 'shopify', {
    account: 'blue',
    accountId: 'numoon-blue.myshopify.com',
    params: { shop: 'numoon-blue.myshopify.com' },
  });
}, 450_000);

afterAll(async () => {
  await sandboxed?.close();
}, 60_000);

const stored = connector.metrics.filter(({ aggregation }) => aggregation.kind !== 'ratio');
const ratios = connector.metrics.filter(({ aggregation }) => aggregation.kind === 'ratio');

describe('Shopify, from consent to answers', () => {
  test.each(stored.map(({ key }) => key))(
    '%s is what the business knows itself, every day and dimension',
    (metric) => shop.expectStored(metric),
    60_000,
  );

  test.each(ratios.map(({ key }) => key))(
    '%s is the quotient of what the business knows of its parts',
    (metric) => shop.expectRatio(metric),
    60_000,
  );

  test('nothing of the truth is left out, and nothing is told that has no truth', () => {
    expect(shop.unknown).toEqual([]);
    expect(shop.untold).toEqual([]);
  });
});
