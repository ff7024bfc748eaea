import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ADMIN_SCHEMA } from '../../sandbox/providers/shopify/admin-schema.js';
import { type Sandbox, startSandbox } from '../../sandbox/start.js';
import { connectStripe, stripeGet } from './support/connect.js';

// Published files whose licences keep them out of the repository; read where they lie beside it.
const FACTS = join(process.cwd(), '..', 'shared', 'providers');
const whereThere = existsSync(FACTS) ? describe : describe.skip;

type Fields = Record<string, { type?: string; optional?: boolean }>;

/** The name of the published type, by what an object says it is. */
const TYPES: Readonly<Record<string, string>> = {
  account: 'Account',
  balance: 'Balance',
  balance_transaction: 'BalanceTransaction',
  charge: 'Charge',
  coupon: 'Coupon',
  customer: 'Customer',
  discount: 'Discount',
  dispute: 'Dispute',
  invoice: 'Invoice',
  invoice_payment: 'InvoicePayment',
  line_item: 'InvoiceLineItem',
  payout: 'Payout',
  price: 'Price',
  product: 'Product',
  refund: 'Refund',
  subscription: 'Subscription',
  subscription_item: 'SubscriptionItem',
};

whereThere('the answers of Stripe hold against ../shared/providers/stripe', () => {
  let sandbox: Sandbox;
  let token: string;
  let types: Record<string, { fields?: Fields }>;
  beforeAll(async () => {
    sandbox = await startSandbox({ seed: 'contract' });
    token = (await connectStripe(sandbox)).access_token;
    const file = join(FACTS, 'stripe', 'resource-fields-2026-07-29.dahlia.json');
    types = (JSON.parse(await readFile(file, 'utf8')) as { types: typeof types }).types;
  });
  afterAll(() => sandbox.close());

  const paths = [
    '/v1/account',
    '/v1/balance',
    '/v1/balance_transactions?limit=100&expand[]=data.source',
    '/v1/charges?limit=100&expand[]=data.refunds&expand[]=data.balance_transaction&expand[]=data.customer',
    '/v1/refunds?limit=100',
    '/v1/disputes?limit=100',
    '/v1/payouts?limit=50',
    '/v1/customers',
    '/v1/subscriptions?limit=100&status=all&expand[]=data.items.data.price&expand[]=data.discounts.source.coupon&expand[]=data.discounts',
    '/v1/invoices?limit=100&expand[]=data.payments',
    '/v1/prices?limit=100&expand[]=data.tiers&expand[]=data.product',
    '/v1/products',
  ];

  it.each(paths)('%s', async (path) => {
    const { status, body } = await stripeGet(sandbox, token, path);
    expect(status).toBe(200);
    const faults = new Set<string>();
    check(body, types, faults);
    expect([...faults]).toEqual([]);
  });
});

/** Every object has the fields of its type, all that must be there, and no others. */
function check(
  value: unknown,
  types: Record<string, { fields?: Fields }>,
  faults: Set<string>,
): void {
  if (Array.isArray(value)) {
    for (const item of value) check(item, types, faults);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const object = value as Record<string, unknown>;
  const name = TYPES[String(object['object'])];
  const fields = name === undefined ? undefined : types[name]?.fields;
  if (fields !== undefined) {
    for (const key of Object.keys(object)) {
      if (!Object.hasOwn(fields, key)) faults.add(`${name} has no field ${key}`);
    }
    for (const [key, field] of Object.entries(fields)) {
      const mayMiss = field.optional === true || key === 'deleted';
      if (!mayMiss && object[key] === undefined) faults.add(`${name} lacks ${key}`);
      const isNull = object[key] === null && !String(field.type).includes('null');
      if (isNull) faults.add(`${name}.${key} is null`);
    }
  }
  for (const inner of Object.values(object)) check(inner, types, faults);
}

whereThere('what is served of Shopify is in ../shared/providers/shopify', () => {
  let published: string;
  beforeAll(async () => {
    published = await readFile(join(FACTS, 'shopify', 'admin-2026-07.trimmed.graphql'), 'utf8');
    published = published.replace(/"""[\s\S]*?"""/g, '').replace(/^\s*"[^\n]*"\s*$/gm, '');
  });

  it.each([...ADMIN_SCHEMA.types.values()].map((type) => [type.name, type] as const))(
    '%s',
    (name, type) => {
      const body = new RegExp(`^(?:type|interface) ${name}\\b[^{]*\\{([\\s\\S]*?)^\\}`, 'm').exec(
        published,
      )?.[1];
      expect(body).toBeDefined();
      const text = (body ?? '').replace(/\s+/g, ' ');
      for (const field of type.fields.values()) {
        const found = new RegExp(`(?:^| )${field.name}(\\([^)]*\\))?: ?([\\w[\\]!]+)`).exec(text);
        expect(`${name}.${field.name}: ${found?.[2] ?? 'missing'}`).toBe(
          `${name}.${field.name}: ${field.type}`,
        );
        for (const argument of field.args.keys()) {
          expect(`${field.name}(${found?.[1] ?? ''})`).toMatch(new RegExp(`\\b${argument}:`));
        }
      }
    },
  );
});
