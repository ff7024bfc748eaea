import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connector } from '../../src/connectors/google-analytics/connector.js';
import { type Schema, schemaFaults } from '../sandbox/schema-faults.js';
import { contractFile, describeWithContract } from './support/contract-file.js';
import { readEverything } from './support/read-everything.js';
import { readNames, recordCalls, type RecordedCall } from './support/record-calls.js';
import { hasPlace } from './support/schema-places.js';
import { type SandboxVisit, visitSandbox } from './support/sandbox-visit.js';

const DATA = 'google-analytics/analyticsdata-v1beta.contract.json';
const ADMIN = 'google-analytics/analyticsadmin-v1beta.contract.json';

interface Method {
  httpMethod: string;
  path: string;
  request: Schema;
  response: Schema;
  oauthScopes: string[];
}

interface Contract {
  rootUrl: string;
  methods: Record<string, Method>;
  schemas: Record<string, Schema>;
}

interface Report {
  dimensions?: { name: string }[];
  metrics: { name: string }[];
  dateRanges: { startDate: string; endDate: string }[];
}

describeWithContract(DATA)(
  'Google Analytics’ connector against its contracts (../shared/providers/google-analytics)',
  () => {
    const contracts: Contract[] = [];
    let visit: SandboxVisit;
    const calls: RecordedCall[] = [];

    beforeAll(async () => {
      for (const file of [DATA, ADMIN]) contracts.push(JSON.parse(contractFile(file)) as Contract);
      visit = await visitSandbox('google-analytics', connector);
      const client = recordCalls(visit.client, calls);
      await connector.accounts(client, visit.tokens.grant);
      await connector.refreshAccount(client, visit.account);
      await readEverything(connector, client, visit.account);
    }, 120_000);
    afterAll(() => visit?.close());

    /** The method that a call is of. `{property=properties/*}` is `properties/` and one segment. */
    const methodOf = ({ method, path }: RecordedCall): { contract: Contract; method: Method } => {
      const url = new URL(path, connector.facts.api.baseUrl);
      for (const contract of contracts) {
        if (new URL(contract.rootUrl).host !== url.host) continue;
        for (const one of Object.values(contract.methods)) {
          const pattern = one.path
            .replaceAll('.', '\\.')
            .replace(/\{[\w\\.]+=([^}]+)\}/g, (_, inside: string) =>
              inside.replaceAll('*', '[^/:]+'),
            );
          const fits = new RegExp(`^${pattern}$`).test(url.pathname);
          if (fits && one.httpMethod === method) return { contract, method: one };
        }
      }
      throw new Error(`${method} ${url.host}${url.pathname} is in no contract.`);
    };
    const reports = () =>
      calls.flatMap(({ path, body }) =>
        path.endsWith(':batchRunReports')
          ? (body as { requests: Report[] }).requests
          : path.endsWith(':runReport')
            ? [body as Report]
            : [],
      );

    test('every call is a method of the contracts, on its own host', () => {
      const used = new Set(calls.map((call) => methodOf(call).method.path));
      expect([...used].sort()).toEqual([
        '/v1beta/accountSummaries',
        '/v1beta/{name=properties/*}',
        '/v1beta/{property=properties/*}:batchRunReports',
        '/v1beta/{property=properties/*}:runReport',
      ]);
    });

    test('bodies fit the method’s request, and hold nothing that it does not name', () => {
      for (const call of calls.filter(({ method }) => method === 'POST')) {
        const { contract, method } = methodOf(call);
        expect([call.path, schemaFaults(contract, method.request, call.body)]).toEqual([
          call.path,
          [],
        ]);
      }
    });

    test('queries have the names that the method’s request has', () => {
      for (const call of calls.filter(({ method }) => method === 'GET')) {
        const { contract, method } = methodOf(call);
        const sent = Object.entries(call.query).filter(([, value]) => value !== undefined);
        const request = Object.fromEntries(sent);
        expect([call.path, schemaFaults(contract, method.request, request)]).toEqual([
          call.path,
          [],
        ]);
      }
    });

    test('reports stay within nine dimensions, ten metrics and five to a batch', () => {
      expect(reports().length).toBeGreaterThan(10);
      for (const { dimensions = [], metrics } of reports()) {
        expect(dimensions.length).toBeLessThanOrEqual(9);
        expect(metrics.length).toBeLessThanOrEqual(10);
        expect(metrics.length).toBeGreaterThan(0);
      }
      const batches = calls.filter(({ path }) => path.endsWith(':batchRunReports'));
      for (const { body } of batches) {
        expect((body as { requests: unknown[] }).requests.length).toBeLessThanOrEqual(5);
      }
    });

    test('reports are of explicit days, one range each', () => {
      for (const { dateRanges } of reports()) {
        expect(dateRanges).toHaveLength(1);
        for (const day of Object.values(dateRanges[0] ?? {})) {
          expect(day).toMatch(/^\d{4}-\d{2}-\d{2}$/);
        }
      }
    });

    test('each method is open to a scope that is asked for, and none is asked for that no method needs', () => {
      const { read } = connector.facts.scopes;
      const open = calls.map((call) => methodOf(call).method.oauthScopes);
      for (const scopes of open) expect(scopes.some((scope) => read.includes(scope))).toBe(true);
      // `openid` says whose consent it was: the security events name the user.
      const needed = new Set(['openid', ...open.flat()]);
      expect(read.filter((scope) => !needed.has(scope))).toEqual([]);
    });

    test('what is read of an answer is what the contract says it has', () => {
      for (const call of calls) {
        const { contract, method } = methodOf(call);
        for (const place of call.reads) {
          expect([place, hasPlace(contract, method.response, place)]).toEqual([place, true]);
        }
      }
    });

    test('no dimension is asked for and no field read that must not be', () => {
      const { forbiddenFields } = connector.facts;
      const asked = new Set(
        reports().flatMap(({ dimensions = [], metrics }) =>
          [...dimensions, ...metrics].map(({ name }) => name),
        ),
      );
      expect(asked.has('sessions')).toBe(true);
      expect(forbiddenFields.filter((name) => asked.has(name))).toEqual([]);
      expect(
        [...asked].filter((name) => /^custom|^audience|user(Age|Gender|Id)/i.test(name)),
      ).toEqual([]);
      const read = readNames(calls);
      expect(forbiddenFields.filter((name) => read.has(name))).toEqual([]);
    });
  },
);
