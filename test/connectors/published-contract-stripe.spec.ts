import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connector } from '../../src/connectors/stripe/connector.js';
import { contractFile, describeWithContract } from './support/contract-file.js';
import { readEverything } from './support/read-everything.js';
import { readNames, recordCalls, type RecordedCall } from './support/record-calls.js';
import { type SandboxVisit, visitSandbox } from './support/sandbox-visit.js';
import { STRIPE_FIELDS, STRIPE_OPERATIONS, StripeTypes } from './support/stripe-types.js';

/** What each path lists, and the published type of what it takes. */
const RESOURCES: Readonly<Record<string, string>> = {
  '/v1/balance_transactions': 'BalanceTransaction',
  '/v1/charges': 'Charge',
  '/v1/disputes': 'Dispute',
  '/v1/invoices': 'Invoice',
  '/v1/payouts': 'Payout',
  '/v1/prices': 'Price',
  '/v1/refunds': 'Refund',
  '/v1/subscriptions': 'Subscription',
};
const SINGLE: Readonly<Record<string, string>> = {
  '/v1/account': 'Account',
  '/v1/balance': 'Balance',
};

/** Read, and of types that the published tables leave out. */
const LEFT_OUT = ['Account.Settings.Dashboard', 'TaxRate'];

const PAGING = new Set(['limit', 'starting_after', 'ending_before']);

interface Operations {
  paths: Record<string, { get?: { parameters: { name: string; style?: string }[] } }>;
}

const sent = ({ query }: RecordedCall) =>
  Object.entries(query).filter(([, value]) => value !== undefined);

describeWithContract(STRIPE_FIELDS)(
  'Stripe’s connector against its contract (../shared/providers/stripe)',
  () => {
    let types: StripeTypes;
    let operations: Operations;
    let visit: SandboxVisit;
    const calls: RecordedCall[] = [];

    beforeAll(async () => {
      types = new StripeTypes();
      operations = JSON.parse(contractFile(STRIPE_OPERATIONS)) as Operations;
      visit = await visitSandbox('stripe', connector);
      const client = recordCalls(visit.client, calls);
      await connector.refreshAccount(client, visit.account);
      await readEverything(connector, client, visit.account);
    }, 120_000);
    afterAll(() => visit?.close());

    test('every call reads a published path', () => {
      const paths = new Set(calls.map(({ path }) => path));
      expect([...paths].sort()).toEqual([...Object.keys(RESOURCES), ...Object.keys(SINGLE)].sort());
      for (const { method, path } of calls) {
        expect([path, method, operations.paths[path]?.get !== undefined]).toEqual([
          path,
          'GET',
          true,
        ]);
      }
    });

    test('every parameter is one of its list’s, in the style that the list takes it in', () => {
      for (const call of calls) {
        const fields = types.get(`${RESOURCES[call.path]}ListParams`)?.fields ?? {};
        const listed = operations.paths[call.path]?.get?.parameters ?? [];
        for (const [written] of sent(call)) {
          const name = written.replace(/\[\w*\]$/, '');
          const place = `${call.path} ${written}`;
          expect([place, PAGING.has(name) || fields[name] !== undefined]).toEqual([place, true]);
          // Brackets for what has parts, none for what is one value.
          const style = listed.find((it) => it.name === name)?.style;
          expect([place, style === 'deepObject']).toEqual([place, written.includes('[')]);
        }
      }
    });

    test('every value is of its parameter’s type', () => {
      for (const call of calls) {
        const fields = types.get(`${RESOURCES[call.path]}ListParams`)?.fields ?? {};
        for (const [written, value] of sent(call)) {
          const [, name = '', part] = /^(\w+?)(?:\[(\w*)\])?$/.exec(written) ?? [];
          const { type = '' } = fields[name] ?? {};
          const place = `${call.path} ${written}=${JSON.stringify(value)}`;
          if (name === 'limit')
            expect([place, Number(value) >= 1 && Number(value) <= 100]).toEqual([place, true]);
          else if (type.includes('RangeQueryParam')) {
            const fits = /^(gt|gte|lt|lte)$/.test(part ?? '') && Number.isInteger(value);
            expect([place, fits]).toEqual([place, true]);
          } else if (type === 'Array<string>') {
            expect([place, Array.isArray(value) && part === '']).toEqual([place, true]);
          } else if (PAGING.has(name) || type === 'string') {
            expect([place, typeof value]).toEqual([place, 'string']);
          } else if (type.includes('Params.')) {
            const alias = types.get(type)?.alias ?? '';
            expect(place + alias).toContain(`'${String(value)}'`);
          } else if (type === 'boolean') {
            expect([place, typeof value]).toEqual([place, 'boolean']);
          } else expect(place).toBe('of a type that this test knows');
        }
      }
    });

    test('what is expanded is there to be, and no deeper than Stripe goes', () => {
      for (const { path, query } of calls) {
        for (const wanted of (query['expand[]'] ?? []) as string[]) {
          expect(wanted.split('.').length).toBeLessThanOrEqual(4);
          // Lists are written without a mark: `data.items.data`.
          const place = wanted
            .replace(/\bdata\b/g, 'data[]')
            .replace(/\bdiscounts\b/g, 'discounts[]');
          const found = types.follow(`ApiList<${RESOURCES[path]}>`, place);
          expect([path, wanted, found]).toEqual([path, wanted, 'known']);
        }
      }
    });

    test('every field that is read is one of its type in the version that is asked for', () => {
      expect(connector.facts.api.headers['Stripe-Version']).toBe('2026-07-29.dahlia');
      const leftOut = new Set<string>();
      for (const { path, reads } of calls) {
        const root = SINGLE[path] ?? `ApiList<${RESOURCES[path]}>`;
        expect(reads.size).toBeGreaterThan(0);
        for (const place of reads) {
          const found = types.follow(root, place);
          if (found !== 'known' && found !== 'missing') leftOut.add(found);
          expect([path, place, found]).not.toEqual([path, place, 'missing']);
        }
      }
      expect([...leftOut].filter((name) => !LEFT_OUT.includes(name))).toEqual([]);
    });

    test.each([
      ['data[].amount', 'known'],
      ['data[].amuont', 'missing'],
      ['data[].billing_details.email', 'known'],
      ['data[].billing_details.emial', 'missing'],
      ['data[].refunds.data[].reason', 'known'],
      ['data[].refunds.data[].raeson', 'missing'],
      ['data[].source_transfer.id', 'Transfer'],
      ['items', 'missing'],
    ])('of a charge, %s is %s: the tables tell fields from slips of the pen', (place, found) => {
      expect(types.follow('ApiList<Charge>', place)).toBe(found);
    });

    test('no field is read that must not be, nor expanded', () => {
      const { forbiddenFields } = connector.facts;
      const read = readNames(calls);
      expect(read.size).toBeGreaterThan(30);
      expect(forbiddenFields.filter((name) => read.has(name))).toEqual([]);
      const expanded = calls.flatMap(({ query }) =>
        ((query['expand[]'] ?? []) as string[]).flatMap((it) => it.split('.')),
      );
      expect(forbiddenFields.filter((name) => expanded.includes(name))).toEqual([]);
    });

    test('the tables know each name that must not be read', () => {
      const text = contractFile(STRIPE_FIELDS);
      const unknown = connector.facts.forbiddenFields.filter((it) => !text.includes(`"${it}"`));
      expect(unknown).toEqual([]);
    });

    test('no scope is asked for in the address, where Stripe takes none', () => {
      expect([...visit.consentUrl.searchParams.keys()]).not.toContain('scope');
    });
  },
);
