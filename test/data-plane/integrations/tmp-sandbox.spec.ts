
import { expect, it } from '@jest/globals';
import { startSandbox } from '../../../sandbox/start.js';
import { startTestApp } from '../../support/test-app.js';
import { Secret } from '../../../src/kernel/secret.js';
import { Browser } from './support/browser.js';

it('connects all', async () => {
  const sandbox = await startSandbox({ port: 0 } as never);
  const providers = new Map([...sandbox.settings].map(([id, s]: [string, any]) => [id, { baseUrl: s.baseUrl, clientId: s.clientId, clientSecret: new Secret(s.clientSecret), webhookSecrets: (s.webhookSecrets ?? []).map((x: string) => new Secret(x)) }]));
  const app = await startTestApp({ providers: providers as never, role: 'api' });
  const t = await app.signUp();
  const out: unknown[] = [];
  for (const body of [{ provider: 'stripe' }, { provider: 'hubspot' }, { provider: 'shopify', params: { shop: 'blue-bird.myshopify.com' } }, { provider: 'google-analytics' }]) {
    const b = new Browser(app);
    const a = await app.call('POST', '/v1/integrations', { key: t.key, body });
    if (a.status !== 201) { out.push([body, a.status, a.body]); continue; }
    const f = await b.get(a.body.authorizeUrl);
    const loc = f.headers.get('location') ?? String(f.body).slice(0, 3000);
    const r = await fetch(`${loc}&decision=approve`, { redirect: 'manual', headers: { connection: 'close' } });
    const back = r.headers.get('location');
    if (back === null) { out.push([body, loc, r.status, (await r.text()).slice(0, 600)]); continue; }
    let page = await b.get(back);
    const form = /action="([^"]+)"/.exec(String(page.body))?.[1];
    if (form) page = await b.post(form, 'account=0');
    out.push([body.provider, page.status, /<h1>([^<]*)/.exec(String(page.body))?.[1], /chip">([^<]*)/.exec(String(page.body))?.[1], form !== undefined]);
    const v = await app.call('GET', `/v1/integrations/${a.body.id}`, { key: t.key });
    out.push(v.body.account ?? v.body, v.body.missingScopes);
    const d = await app.call('DELETE', `/v1/integrations/${a.body.id}`, { key: t.key });
    out.push(d.status);
  }
  const calls = await Promise.all(['stripe','hubspot','shopify','google-analytics'].map(async (p) => (await (await fetch(`${sandbox.url}/_sandbox/calls/${p}`, { headers: { connection: 'close' } })).json())));
  process.stderr.write(JSON.stringify(out, null, 1) + '\n' + JSON.stringify(calls).slice(0, 5000) + '\n');
  await app.close().catch((e: unknown) => process.stderr.write(String(e)));
  await sandbox.close();
}, 60000);
