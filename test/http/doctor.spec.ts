import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { SyncWorker } from '../../src/data-plane/sync/sync-worker.js';
import { Browser } from '../data-plane/integrations/support/browser.js';
import { Connecting, startConnectApp } from '../data-plane/integrations/support/connect.js';
import { LemonStand } from '../data-plane/integrations/support/lemon-stand.js';
import { ADMIN_TOKEN, type TestApp } from '../support/test-app.js';

let stand: LemonStand;
let app: TestApp;
let connecting: Connecting;

beforeAll(async () => {
  stand = await LemonStand.open();
  app = await startConnectApp(stand, { role: 'api' });
  connecting = new Connecting(app, stand, await app.signUp());
});

afterAll(async () => {
  await app.close();
  await stand.close();
});

const look = async () => (await app.call('GET', '/admin/doctor', { key: ADMIN_TOKEN })).body;

async function takeTurns(): Promise<void> {
  const worker = app.app.get(SyncWorker, { strict: false });
  await worker.sweep();
  await worker.idle();
}

/** How the catalog stands to an integration, past the product. */
async function causeOf(id: string): Promise<string | undefined> {
  const sql = 'SELECT cause FROM sync_schedule WHERE integration_id = $1';
  const rows = await app.look<{ cause: string }>(app.config.catalogDatabase, sql, [id]);
  return rows[0]?.cause;
}

it('an integration is no finding from the link to its end, and one that lost its account is', async () => {
  const healthy = { healthy: true, orphans: [], missing: [] };
  const { link } = await connecting.begin();
  await connecting.open(link, new Browser(app));
  expect(await look()).toMatchObject(healthy);

  const { id } = await connecting.connect();
  expect(await look()).toMatchObject(healthy);
  await takeTurns();
  expect(await causeOf(id)).toBe('schedule');
  expect(await look()).toMatchObject(healthy);

  const forget = 'DELETE FROM provider_accounts WHERE integration_id = $1';
  await app.look(app.config.catalogDatabase, forget, [id]);
  const missing = [{ kind: 'provider-account', name: id, tenantId: connecting.tenant.id }];
  expect(await look()).toMatchObject({ healthy: false, missing });

  const browser = new Browser(app);
  const consent = await connecting.open(await connecting.reconnect(id), browser);
  const page = await browser.get(`/oauth/callback/lemonade?${stand.consent(consent)}`);
  expect(page.status).toBe(200);
  expect(await look()).toMatchObject(healthy);
  await takeTurns();
  expect(await look()).toMatchObject(healthy);

  const path = `/v1/integrations/${id}`;
  expect((await app.call('DELETE', path, { key: connecting.tenant.key })).status).toBe(202);
  expect(await look()).toMatchObject(healthy);
});
