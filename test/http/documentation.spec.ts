import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { documentationFaults } from '../../src/entry/http/docs/assert-documented.js';
import { listRoutes } from '../../src/entry/http/route-table.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ stockDatabases: 0, stockSchemas: 0 });
});

afterAll(() => app.close());

describe('the OpenAPI document', () => {
  it('has every route of the API with an id, a summary, shapes and examples', async () => {
    const answer = await app.call('GET', '/openapi.json');
    const api = listRoutes(app.app);
    const faults = documentationFaults(
      answer.body as OpenAPIObject,
      api,
      // Pages and their files are for people; they document themselves.
      ({ path }) => !/^\/(v1|admin)\//.test(path),
    );
    expect(faults).toEqual([]);
  });

  it('names the codes of the errors each route may answer', async () => {
    const answer = await app.call('GET', '/openapi.json');
    const signUp = (answer.body as OpenAPIObject).paths['/v1/signup']?.post;
    expect(Object.keys(signUp?.responses ?? {})).toEqual(
      expect.arrayContaining(['201', '422', '429', '503']),
    );
  });
});
