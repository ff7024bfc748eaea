import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { callAdmin } from './support/call-admin.js';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ dataKeyIdleMs: 1_000 });
});

afterAll(() => app.close());

describe("an organisation's name", () => {
  it('is shown to an administrator through the key of the tenant, and is not in the catalog', async () => {
    const tenant = await app.signUp({ organization: 'Moonlight Bakery' });
    const shown = await callAdmin(app, 'GET', `/admin/tenants/${tenant.id}`);
    expect(shown.body.organization).toEqual({ name: 'Moonlight Bakery', slug: tenant.slug });
    const listed = await callAdmin(app, 'GET', '/admin/tenants?limit=500');
    expect(JSON.stringify(listed.body)).not.toContain('Moonlight');
  });

  it('is null, and the rest is shown, when the key is gone', async () => {
    const tenant = await app.signUp();
    await app.foundation.tools.keys.destroy(tenant.id);
    app.foundation.keys.drop(tenant.id);
    const shown = await callAdmin(app, 'GET', `/admin/tenants/${tenant.id}`);
    expect(shown).toMatchObject({ status: 200, body: { id: tenant.id, organization: null } });
  });
});
