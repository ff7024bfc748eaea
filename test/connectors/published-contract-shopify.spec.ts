import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connector } from '../../src/connectors/shopify/connector.js';
import { AGREEMENT, TRANSACTIONS } from '../../src/connectors/shopify/orders/order-query.js';
import { graphqlFaults } from '../support/graphql-faults.js';
import { type GraphqlSchema, readGraphqlSchema } from '../support/graphql-schema.js';
import { contractFile, describeWithContract } from './support/contract-file.js';
import { readEverything } from './support/read-everything.js';
import { readNames, recordCalls, type RecordedCall } from './support/record-calls.js';
import { type SandboxVisit, visitSandbox } from './support/sandbox-visit.js';

const FILE = 'shopify/admin-2026-07.trimmed.graphql';

const LEFT_OUT = [
  'defaultEmailAddress',
  'defaultPhoneNumber',
  'defaultAddress',
  'billingAddress',
  'paymentDetails',
  'bankAccounts',
];

interface Asked {
  query: string;
  variables: Record<string, unknown>;
}

describeWithContract(FILE)(
  `Shopify's connector against its contract (../shared/providers/${FILE})`,
  () => {
    let schema: GraphqlSchema;
    let visit: SandboxVisit;
    const calls: RecordedCall[] = [];

    beforeAll(async () => {
      schema = readGraphqlSchema(contractFile(FILE));
      visit = await visitSandbox('shopify', connector);
      const client = recordCalls(visit.client, calls);
      await connector.refreshAccount(client, visit.account);
      await readEverything(connector, client, visit.account);
    });
    afterAll(() => visit?.close());

    const asked = () => calls.map(({ body }) => body as Asked);

    test('every query is one of the published schema, with its arguments and variables', () => {
      const known = new Map(asked().map((call) => [call.query, call]));
      // Not every run meets an order that is too long for its page.
      const id = 'gid://shopify/Order/1';
      known.set(AGREEMENT, { query: AGREEMENT, variables: { id, agreement: null, sale: null } });
      known.set(TRANSACTIONS, { query: TRANSACTIONS, variables: { id } });
      expect(known.size).toBeGreaterThanOrEqual(6);
      for (const { query, variables } of known.values()) {
        expect([query, graphqlFaults(schema, query, variables)]).toEqual([query, []]);
      }
    });

    test('no query asks for a field that must not be read, nor reads one', () => {
      const { forbiddenFields } = connector.facts;
      for (const { query } of asked()) {
        const words = new Set(query.match(/\w+/g));
        expect(forbiddenFields.filter((name) => words.has(name))).toEqual([]);
      }
      const read = readNames(calls);
      expect(forbiddenFields.filter((name) => read.has(name))).toEqual([]);
    });

    test('what must not be read is what the schema has, so that a list of old names does not pass', () => {
      const names = new Set([...schema.values()].flatMap(({ fields }) => [...fields.keys()]));
      const unknown = connector.facts.forbiddenFields.filter((name) => !names.has(name));
      // Left out of the trimmed schema, and in Shopify's whole one.
      expect(unknown).toEqual(LEFT_OUT);
    });

    test('every term of a search is one that the schema names for it', () => {
      const text = contractFile(FILE);
      const orders = /\n {2}orders\(\n[\s\S]*?\): OrderConnection/.exec(text)?.[0] ?? '';
      const filters = [...orders.matchAll(/^ {4}\| (\w+) \| \w+ \|/gm)].map(([, name]) => name);
      expect(filters).toContain('updated_at');
      const used = asked().flatMap(({ variables }) => [
        ...String(variables['query'] ?? '').matchAll(/(\w+):(?=[<>='\w])/g),
      ]);
      const names = new Set(
        used.map(([, name]) => name).filter((name) => /^[a-z_]+$/.test(name ?? '')),
      );
      expect(names.size).toBeGreaterThanOrEqual(4);
      expect([...names].filter((name) => !filters.includes(name))).toEqual([]);
    });

    test('no query costs more than a thousand points', () => {
      for (const { answer } of calls) {
        const { extensions } = answer as { extensions: { cost: { requestedQueryCost: number } } };
        expect(extensions.cost.requestedQueryCost).toBeLessThanOrEqual(1_000);
      }
    });

    test('the one path is the one that the contract pins, with the version in it', () => {
      expect(new Set(calls.map(({ method, path }) => `${method} ${path}`))).toEqual(
        new Set(['POST /graphql.json']),
      );
      expect(connector.facts.api.baseUrl).toBe('https://{shop}/admin/api/2026-07');
    });

    test('the consent page and the token URL are asked as the contract says', () => {
      const { authorize, token } = JSON.parse(contractFile('shopify/oauth-contract.json')) as {
        authorize: { url: string; query: object };
        token: { url: string; authorization_code: { request: object } };
      };
      expect(connector.facts.auth).toMatchObject({
        authorizeUrl: authorize.url,
        tokenUrl: token.url,
      });
      // OAuth's own `response_type` is sent everywhere, and Shopify looks past it.
      const sent = [...visit.consentUrl.searchParams.keys()].filter((it) => it !== 'response_type');
      expect(sent.sort()).toEqual(Object.keys(authorize.query).sort());
    });
  },
);
