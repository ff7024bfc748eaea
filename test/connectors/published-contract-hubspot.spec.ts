import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connector } from '../../src/connectors/hubspot/connector.js';
import { type Schema, schemaFaults } from '../sandbox/schema-faults.js';
import { contractFile, describeWithContract } from './support/contract-file.js';
import { readEverything } from './support/read-everything.js';
import { readNames, recordCalls, type RecordedCall } from './support/record-calls.js';
import { hasPlace } from './support/schema-places.js';
import { type SandboxVisit, visitSandbox } from './support/sandbox-visit.js';

const FILE = 'hubspot/contract.authored.openapi.json';

interface Operation {
  parameters?: { name: string; in: string; required?: boolean; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: { 'application/json': { schema: Schema } } }>;
  'x-scopes-any-of': string[];
}

interface Contract {
  paths: Record<string, Record<string, Operation>>;
}

describeWithContract(FILE)(
  `HubSpot's connector against its contract (../shared/providers/${FILE})`,
  () => {
    let contract: Contract;
    let visit: SandboxVisit;
    const calls: RecordedCall[] = [];

    beforeAll(async () => {
      contract = JSON.parse(contractFile(FILE)) as Contract;
      visit = await visitSandbox('hubspot', connector);
      const client = recordCalls(visit.client, calls);
      await connector.refreshAccount(client, visit.account);
      await readEverything(connector, client, visit.account);
    }, 120_000);
    afterAll(() => visit?.close());

    /** The operation that a path is of: `{objectType}` is one segment of it. */
    const operationOf = (method: string, path: string): Operation | undefined => {
      const templates = Object.keys(contract.paths);
      const fits = (template: string) =>
        new RegExp(`^${template.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`).test(path);
      const template = templates.includes(path) ? path : templates.find(fits);
      return contract.paths[template ?? '']?.[method.toLowerCase()];
    };

    test('every call is an operation of the contract', () => {
      const made = [...new Set(calls.map(({ method, path }) => `${method} ${path}`))].sort();
      expect(made.length).toBeGreaterThanOrEqual(6);
      for (const call of made) {
        const [method = '', path = ''] = call.split(' ');
        expect([call, operationOf(method, path) !== undefined]).toEqual([call, true]);
      }
    });

    test('queries have the names and types that the operation takes', () => {
      for (const { method, path, query } of calls) {
        const { parameters = [] } = operationOf(method, path) ?? {};
        const sent = Object.entries(query).filter(([, value]) => value !== undefined);
        for (const [name, value] of sent) {
          const known = parameters.find((it) => it.in === 'query' && it.name === name);
          expect([path, name, known !== undefined]).toEqual([path, name, true]);
          // A number in a query is text on its way; a list is text with commas.
          const given = known?.schema.type === 'string' ? String(value) : value;
          expect([path, name, schemaFaults(contract, known?.schema ?? {}, given)]).toEqual([
            path,
            name,
            [],
          ]);
        }
        for (const { name, required } of parameters.filter((it) => it.in === 'query')) {
          if (required) expect(sent.map(([own]) => own)).toContain(name);
        }
      }
    });

    test('bodies fit the schema of the operation, and hold nothing that it does not name', () => {
      const posts = calls.filter(({ method }) => method === 'POST');
      expect(posts.length).toBeGreaterThan(0);
      for (const { method, path, body } of posts) {
        const schema = operationOf(method, path)?.requestBody?.content['application/json']?.schema;
        expect([path, schemaFaults(contract, schema ?? { type: 'null' }, body)]).toEqual([
          path,
          [],
        ]);
      }
    });

    test('every operation is open to the scopes that are asked for', () => {
      const { read } = connector.facts.scopes;
      for (const { method, path } of calls) {
        const open = operationOf(method, path)?.['x-scopes-any-of'] ?? [];
        expect([path, open.some((scope) => read.includes(scope))]).toEqual([path, true]);
      }
    });

    test('no scope is asked for that no operation of ours needs', () => {
      const needed = calls.flatMap(
        ({ method, path }) => operationOf(method, path)?.['x-scopes-any-of'] ?? [],
      );
      const { read } = connector.facts.scopes;
      expect(read.filter((scope) => !needed.includes(scope))).toEqual([]);
    });

    test('pages are as large as HubSpot allows, and a page with history smaller', () => {
      const lists = calls.filter(({ path }) => path.endsWith('/0-3'));
      expect(lists.length).toBeGreaterThan(1);
      for (const { query } of lists) {
        expect(Number(query['limit'])).toBeLessThanOrEqual(
          query['propertiesWithHistory'] === undefined ? 100 : 50,
        );
      }
    });

    test('what is read of an answer is what the contract says it has', () => {
      for (const { method, path, reads } of calls) {
        const schema = operationOf(method, path)?.responses['200']?.content?.['application/json']
          .schema;
        for (const place of reads) {
          expect([path, place, hasPlace(contract, schema ?? {}, place)]).toEqual([
            path,
            place,
            true,
          ]);
        }
      }
    });

    test('no field is asked for or read that must not be', () => {
      const { forbiddenFields } = connector.facts;
      const read = readNames(calls);
      expect(read.size).toBeGreaterThan(10);
      expect(forbiddenFields.filter((name) => read.has(name))).toEqual([]);
      const asked = calls.flatMap(({ query, body }) => [
        ...String(query['properties'] ?? '').split(','),
        ...String(query['propertiesWithHistory'] ?? '').split(','),
        ...((body as { properties?: string[] } | undefined)?.properties ?? []),
      ]);
      expect(asked).toContain('amount_in_home_currency');
      expect(forbiddenFields.filter((name) => asked.includes(name))).toEqual([]);
    });
  },
);
