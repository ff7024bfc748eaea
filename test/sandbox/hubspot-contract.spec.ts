import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../sandbox/start.js';
import { type Answer, HubSpotVisit } from './hubspot-visit.js';
import { type Schema, schemaFaults } from './schema-faults.js';

const FILE = new URL(
  '../../../shared/providers/hubspot/contract.authored.openapi.json',
  import.meta.url,
);
const isThere = existsSync(FILE);
const DEALS = '/crm/objects/2026-03/0-3';
const CONTACTS = '/crm/objects/2026-03/contacts';

interface Contract {
  paths: Record<string, Record<string, { responses: Record<string, Response> }>>;
}
interface Response {
  content?: { 'application/json': { schema: Schema } };
}

(isThere ? describe : describe.skip)(
  'HubSpot in the sandbox against its contract (../shared/providers/hubspot)',
  () => {
    let sandbox: Sandbox;
    let visit: HubSpotVisit;
    let contract: Contract;

    beforeAll(async () => {
      contract = JSON.parse(readFileSync(FILE, 'utf8')) as Contract;
      sandbox = await startSandbox();
      visit = new HubSpotVisit(sandbox);
      await visit.connect('acme');
    });
    afterAll(() => sandbox.close());

    const faults = (path: string, method: string, answer: Answer) => {
      const responses = contract.paths[path]?.[method]?.responses;
      if (responses === undefined) throw new Error(`${method} ${path} is not in the contract.`);
      const response = responses[String(answer.status)] ?? responses['default'];
      const schema = response?.content?.['application/json'].schema;
      return schema === undefined ? ['no schema'] : schemaFaults(contract, schema, answer.body);
    };

    test.each([
      ['/account-info/2026-03/details', '/account-info/2026-03/details'],
      ['/crm/pipelines/2026-03/{objectType}', '/crm/pipelines/2026-03/deals'],
      [DEALS, `${DEALS}?limit=100&properties=amount,dealstage,nothing`],
      [DEALS, `${DEALS}?archived=true`],
      [DEALS, `${DEALS}?limit=50&propertiesWithHistory=dealstage`],
      [DEALS, `${DEALS}?limit=1000`],
      [CONTACTS, `${CONTACTS}?limit=100`],
      [`${DEALS}/{dealId}`, `${DEALS}/1`],
    ])('GET %s answers as it says: %s', async (path, asked) => {
      expect(faults(path, 'get', await visit.get(asked))).toEqual([]);
    });

    test.each([
      [`${DEALS}/search`, { limit: 200 }],
      [`${DEALS}/search`, { limit: 201 }],
      [`${CONTACTS}/search`, { filterGroups: [], limit: 1, properties: ['hs_object_id'] }],
      [`${DEALS}/batch/read`, { inputs: [{ id: '1' }], properties: ['amount'] }],
    ])('POST %s answers as it says: %j', async (path, body) => {
      const answer = await visit.post(path, body);
      // Partly found is answered with 207, in the shape of 200.
      const status = answer.status === 207 ? 200 : answer.status;
      expect(faults(path, 'post', { ...answer, status })).toEqual([]);
    });

    test('properties have every member that the contract names', async () => {
      const { body } = await visit.get('/crm/properties/2026-03/deals');
      const [first] = body['results'] as unknown as Record<string, unknown>[];
      const named = Object.keys(
        (contract as unknown as { components: { schemas: { Property: { properties: object } } } })
          .components.schemas.Property.properties,
      );
      expect(Object.keys(first ?? {})).toEqual(expect.arrayContaining(named));
    });

    test('tokens and what is told of them are as it says', async () => {
      const token = '/oauth/2026-03/token';
      const other = new HubSpotVisit(sandbox);
      expect(faults(token, 'post', await other.connect('solo'))).toEqual([]);
      const refresh = { grant_type: 'refresh_token', refresh_token: other.refresh };
      expect(faults(token, 'post', await other.token(refresh))).toEqual([]);
      expect(faults(token, 'post', await other.token({ grant_type: 'x' }))).toEqual([]);
      for (const asked of [other.access, other.refresh]) {
        const answer = await other.token({ token: asked }, `${token}/introspect`);
        expect(faults(`${token}/introspect`, 'post', answer)).toEqual([]);
      }
    });
  },
);
