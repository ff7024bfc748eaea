import { describe, expect, it } from '@jest/globals';
import { isGranted } from '../../src/connectors/kit/is-granted.js';
import type { Tokens } from '../../src/connectors/kit/tokens.js';
import { connector as shopify } from '../../src/connectors/shopify/connector.js';
import { missingScopes } from '../../src/data-plane/integrations/connect/missing-scopes.js';
import { TurnState } from '../../src/data-plane/sync/run/turn-state.js';
import { Secret } from '../../src/kernel/secret.js';

describe('a scope', () => {
  const implies = [
    { scope: 'write_{x}', gives: 'read_{x}' },
    { scope: 'everything', gives: 'reports' },
  ];

  it.each([
    ['read_orders', ['read_orders'], true],
    ['read_orders', ['write_orders'], true],
    ['read_orders', ['read_products', 'write_orders'], true],
    ['read_orders', ['write_products'], false],
    ['read_orders', ['write_orders_more'], false],
    ['read_orders', ['write_'], false],
    ['read_', ['write_'], false],
    ['write_orders', ['read_orders'], false],
    ['reports', ['everything'], true],
    ['reports_more', ['everything'], false],
    ['read_$&', ['write_read_'], false],
    ['read_$&', ['write_$&'], true],
    ['read_orders', [], false],
  ])('%s, of a grant that lists %j: %j', (needed, granted, expected) => {
    expect(isGranted({ implies }, granted, needed)).toBe(expected);
  });

  it('is given by nothing but itself where no other is said to imply it', () => {
    expect(isGranted({}, ['write_orders'], 'read_orders')).toBe(false);
  });
});

/** What the page of an integration shows, and what its syncs leave out. */
function lacking(scopes: readonly string[]) {
  const tokens: Tokens = {
    accessToken: new Secret('made-up'),
    refreshToken: null,
    expiresAt: 0,
    refreshExpiresAt: null,
    scopes,
    grant: {},
  };
  const state = new TurnState(shopify, scopes, [], new Map(), [], 0);
  return {
    missing: missingScopes(shopify.facts, tokens),
    resting: state.ungranted.map(({ name }) => name),
  };
}

describe('a shop that gave the app more than reading', () => {
  const others = ['read_all_orders', 'read_products', 'read_customers'];

  it('misses nothing, and everything of it is read', () => {
    const scopes = ['write_orders', 'write_shopify_payments_disputes', ...others];
    expect(lacking(scopes)).toEqual({ missing: [], resting: [] });
  });

  it('misses what neither was given nor is implied, and that alone rests', () => {
    expect(lacking(['write_orders', ...others])).toEqual({
      missing: ['read_shopify_payments_disputes'],
      resting: ['disputes'],
    });
  });

  it('is not accused where Shopify says nothing of what it gave', () => {
    expect(lacking([])).toEqual({ missing: [], resting: [] });
  });
});
