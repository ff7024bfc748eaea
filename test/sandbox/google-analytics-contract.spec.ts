import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../sandbox/start.js';
import { type Answer, GoogleVisit, named, WEB } from './google-visit.js';
import { type Schema, schemaFaults } from './schema-faults.js';

const FOLDER = new URL('../../../shared/providers/google-analytics/', import.meta.url);
const isThere = existsSync(new URL('analyticsdata-v1beta.contract.json', FOLDER));

interface Contract {
  methods: Record<string, { response: Schema; request: Schema }>;
  schemas: Record<string, Schema>;
}

(isThere ? describe : describe.skip)(
  'Google Analytics in the sandbox against its contracts (../shared/providers/google-analytics)',
  () => {
    let sandbox: Sandbox;
    let visit: GoogleVisit;
    const contracts: Record<string, Contract> = {};

    beforeAll(async () => {
      for (const name of ['analyticsdata-v1beta', 'analyticsadmin-v1beta']) {
        const text = readFileSync(new URL(`${name}.contract.json`, FOLDER), 'utf8');
        contracts[name] = JSON.parse(text) as Contract;
      }
      sandbox = await startSandbox();
      visit = new GoogleVisit(sandbox);
      await visit.connect('owner');
      await visit.admin(`business/google-analytics/${WEB}`, {
        kind: 'flags',
        sampling: true,
        thresholding: true,
      });
    });
    afterAll(() => sandbox.close());

    const faults = (contract: string, schema: Schema, answer: Answer) => {
      expect(answer.status).toBe(200);
      return schemaFaults(contracts[contract], schema, answer.body);
    };
    const of = (contract: string, method: string): Schema => {
      const found = contracts[contract]?.methods[method];
      if (found === undefined) throw new Error(`${method} is not in the contract.`);
      return found.response;
    };

    test.each([
      ['ListAccountSummaries', '/v1beta/accountSummaries?pageSize=1'],
      ['ListProperties', '/v1beta/properties?filter=parent:accounts/100100&showDeleted=true'],
      ['ListKeyEvents', `/v1beta/properties/${WEB}/keyEvents`],
      ['ListDataStreams', `/v1beta/properties/${WEB}/dataStreams`],
      ['ListCustomDimensions', `/v1beta/properties/${WEB}/customDimensions`],
      ['GetProperty', `/v1beta/properties/${WEB}`],
    ])('%s answers as it says', async (method, path) => {
      const schema = of('analyticsadmin-v1beta', `AnalyticsAdminService.${method}`);
      expect(faults('analyticsadmin-v1beta', schema, await visit.get(path))).toEqual([]);
    });

    const data = 'analyticsdata-v1beta';
    const report = {
      dateRanges: [{ startDate: '30daysAgo', endDate: 'today' }],
      dimensions: named('date', 'landingPage'),
      metrics: named('sessions', 'keyEvents', 'totalRevenue', 'activeUsers', 'bounceRate'),
      metricAggregations: ['TOTAL', 'MINIMUM', 'MAXIMUM'],
      returnPropertyQuota: true,
    };

    test('RunReport answers as it says, also to one without revenue', async () => {
      const schema = of(data, 'BetaAnalyticsData.RunReport');
      expect(faults(data, schema, await visit.report(WEB, report))).toEqual([]);
      const analyst = new GoogleVisit(sandbox);
      await analyst.connect('analyst');
      expect(faults(data, schema, await analyst.report(WEB, report))).toEqual([]);
    });

    test('BatchRunReports, GetMetadata and CheckCompatibility answer as they say', async () => {
      const base = `/v1beta/properties/${WEB}`;
      const answers = {
        BatchRunReports: await visit.post(`${base}:batchRunReports`, { requests: [report] }),
        GetMetadata: await visit.get(`${base}/metadata`),
        CheckCompatibility: await visit.post(`${base}:checkCompatibility`, {
          dimensions: named('itemName'),
          metrics: named('sessions'),
        }),
      };
      for (const [method, answer] of Object.entries(answers)) {
        const schema = of(data, `BetaAnalyticsData.${method}`);
        expect([method, faults(data, schema, answer)]).toEqual([method, []]);
      }
    });

    test('every member of a request that the contract names is known, and no other', async () => {
      const named = Object.entries(contracts[data]?.schemas['RunReportRequest']?.properties ?? {});
      expect(named.length).toBeGreaterThan(10);
      for (const [name] of named) {
        const answer = await visit.report(WEB, { [name]: {} });
        const { message } = answer.body['error'] as { message: string };
        expect([name, message]).not.toEqual([name, expect.stringContaining('Unknown name')]);
      }
    });
  },
);
