import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiOkResponse, ApiOperation, type OpenAPIObject } from '@nestjs/swagger';
import { Controller, Get } from '@nestjs/common';
import { documentationFaults } from '../../src/entry/http/docs/assert-documented.js';
import { listRoutes } from '../../src/entry/http/route-table.js';
import { Anyone } from '../../src/tenancy/access.js';
import { createEdge, type Edge } from './support/edge-app.js';
import { SampleAdminController, SampleController } from './support/sample.controllers.js';

@Controller('bare')
@Anyone()
class BareController {
  @Get('nothing')
  nothing(): void {}

  @Get('twin')
  @ApiOperation({ operationId: 'sampleTenant', summary: 'Has the id of another' })
  @ApiOkResponse({ schema: { type: 'string' } })
  twin(): void {}
}

let edge: Edge;
let document: OpenAPIObject;
beforeAll(async () => {
  edge = await createEdge([SampleController, SampleAdminController, BareController]);
  document = (await edge.call({ url: '/openapi.json' })).json<OpenAPIObject>();
});
afterAll(() => edge.app.close());

/** The codes of one answer, as its examples name them. */
function codesOf(path: string, method: 'get' | 'post', status: string): string[] {
  const response = document.paths[path]?.[method]?.responses[status] as
    { content: { 'application/problem+json': { examples: object } } } | undefined;
  return Object.keys(response?.content['application/problem+json'].examples ?? {});
}

describe('the document', () => {
  it('says of each route which credential it takes', () => {
    expect(document.paths['/v1/tenant']?.get?.security).toEqual([{ apiKey: [] }, { session: [] }]);
    expect(document.paths['/admin/tenants']?.get?.security).toEqual([{ administrator: [] }]);
    expect(document.paths['/v1/signup']?.post?.security).toEqual([]);
    expect(document.components?.securitySchemes).toMatchObject({
      apiKey: { type: 'http', scheme: 'bearer' },
      administrator: { type: 'http', scheme: 'bearer' },
      session: { type: 'apiKey', in: 'cookie', name: 'numoon_session' },
    });
  });

  it('names the session’s cookie as it is over TLS where the address is https', async () => {
    const config = { publicUrl: 'https://app.example.com' };
    const secure = await createEdge([SampleController], { config });
    try {
      const { components } = (await secure.call({ url: '/openapi.json' })).json<OpenAPIObject>();
      const name = '__Host-numoon_session';
      expect(components?.securitySchemes).toMatchObject({ session: { name } });
    } finally {
      await secure.app.close();
    }
  });

  it('adds the errors of the edge with an example each', () => {
    expect(codesOf('/v1/tenant', 'get', '401')).toEqual(['unauthenticated']);
    expect(codesOf('/v1/tenant', 'get', '403')).toEqual([
      'role_too_small',
      'tenant_suspended',
      'tenant_closing',
    ]);
    expect(codesOf('/v1/signup', 'post', '422')).toEqual([
      'idempotency_mismatch',
      'validation_failed',
    ]);
    expect(codesOf('/v1/signup', 'post', '413')).toEqual(['json_too_large']);
    expect(codesOf('/v1/signup', 'post', '403')).toEqual(['csrf_refused']);
    expect(codesOf('/v1/signup', 'post', '429')).toEqual(['rate_limited']);
    expect(codesOf('/v1/things/{id}', 'get', '404')).toEqual(['thing_not_found']);
    expect(document.components?.schemas?.['Problem']).toBeDefined();
  });

  it('leaves pages and files out', () => {
    expect(Object.keys(document.paths)).not.toContain('/join');
  });

  it('tells what is missing in it', () => {
    const routes = listRoutes(edge.app).filter(({ path }) =>
      ['/v1/signup', '/v1/tenant', '/bare/nothing', '/bare/twin', '/join', '/healthz'].includes(
        path,
      ),
    );
    const faults = documentationFaults(document, routes, ({ path }) => path === '/join');
    expect(faults).toEqual([
      'GET /bare/nothing: no summary',
      'GET /bare/nothing: no tag',
      'GET /bare/nothing: 200 has no schema',
      'GET /bare/twin: no tag',
      'GET /bare/twin: 200 has no example',
      'GET /v1/tenant: operationId sampleTenant is also that of GET /bare/twin',
    ]);
  });
});

describe('Swagger UI', () => {
  it('comes from here alone', async () => {
    const page = await edge.call({ url: '/docs' });
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.body).not.toMatch(/https?:\/\//);
    expect(page.headers['content-security-policy']).toContain("script-src 'self';");
    expect(page.headers['content-security-policy']).not.toContain('unsafe');
    for (const [, url] of page.body.matchAll(/(?:src|href)="([^"]+)"/g)) {
      const file = await edge.call({ url: url ?? '' });
      expect([url, file.statusCode]).toEqual([url, 200]);
    }
  });

  it.each(['/docs/package.json', '/docs/..%2Fpackage.json', '/docs/constructor', '/docs/index.js'])(
    'gives no other file: %s',
    async (url) => {
      expect((await edge.call({ url })).statusCode).toBe(404);
    },
  );
});
