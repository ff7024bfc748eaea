import { beforeAll, describe, expect, it } from '@jest/globals';
import type { SignedUp } from '../../support/test-app.js';
import { Browser } from './support/browser.js';
import { atTheStand } from './support/at-the-stand.js';
import { Connecting } from './support/connect.js';
import { LEMON_BERLIN, LEMON_TOKYO } from './support/lemon-stand.js';
import { BrowserBindings } from '../../../src/data-plane/integrations/connect/browser-bindings.js';

const here = atTheStand({ stockDatabases: 2 });
let connecting: Connecting;

const fresh = async (): Promise<SignedUp> => {
  const tenant = await here.app.signUp();
  connecting = new Connecting(here.app, here.stand, tenant);
  return tenant;
};

describe('connecting an account through a browser', () => {
  beforeAll(fresh);

  it('ends with an active integration, its account and a page that says so', async () => {
    const { id, page } = await connecting.connect();
    expect(page.status).toBe(200);
    expect(page.body).toContain('Lemonade &lt;Stand&gt; is connected');
    expect(page.body).toContain('Lemon Berlin &amp; &lt;b&gt;Söhne&lt;/b&gt;');
    expect(await connecting.read(id)).toMatchObject({
      provider: 'lemonade',
      status: 'active',
      account: { name: LEMON_BERLIN.name, timeZone: 'Europe/Berlin', currency: 'EUR', test: false },
      lastSyncedAt: null,
      problem: null,
      missingScopes: [],
    });
    const audit = await connecting.audit(id);
    expect(audit.toSorted()).toEqual(['integration.connected', 'integration.created']);
    expect(await connecting.dueAt(id)).toBeLessThanOrEqual(Date.now());
    expect(await connecting.isListed(id)).toBe(true);
  });

  it('sends the browser to the consent page with PKCE, state, scopes and the exact way back', async () => {
    const { link } = await connecting.begin();
    const to = new URL(await connecting.open(link, new Browser(here.app)));
    expect(to.pathname).toBe('/oauth/authorize');
    const { state, code_challenge: challenge, ...rest } = Object.fromEntries(to.searchParams);
    expect(rest).toEqual({
      response_type: 'code',
      client_id: here.stand.clientId,
      redirect_uri: `${here.app.url}/oauth/callback/lemonade`,
      scope: 'sales.read stands.read',
      prompt: 'consent',
      code_challenge_method: 'S256',
    });
    expect(challenge).toMatch(/^[\w-]{43}$/);
    expect(state).not.toContain(link.split('/').at(-1) ?? '');
  });

  it('binds the browser with a cookie that no script and no other site reads', async () => {
    const { link } = await connecting.begin();
    const answer = await new Browser(here.app).get(link);
    expect(answer.headers.get('set-cookie')).toMatch(
      // Over plain http: a real browser takes no __Host- cookie there.
      /^numoon_connect=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+$/,
    );
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
  });

  it('names that cookie for this host alone wherever it is reached over TLS', () => {
    const settings = { publicUrl: () => 'https://numoon.example' };
    const browsers = new BrowserBindings(settings as never);
    const cookie = browsers.create().setCookie();
    expect(cookie).toMatch(
      /^__Host-numoon_connect=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax; Max-Age=\d+$/,
    );
    expect(browsers.of(cookie.split(';')[0])).not.toBeNull();
    expect(browsers.of(cookie.split(';')[0]?.replace('__Host-', ''))).toBeNull();
  });

  it('shows pages that run no script and take nothing from elsewhere', async () => {
    const { page } = await connecting.connect([LEMON_TOKYO]);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('script-src');
    expect(policy).not.toContain('unsafe');
    expect(page.body).not.toMatch(/<script|onclick=|style="/);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  });

  it('takes no link from whoever only looks whether it is there', async () => {
    const { link } = await connecting.begin();
    const path = link.slice(here.app.url.length);
    expect((await here.app.call('HEAD', path)).headers.get('set-cookie')).toBeNull();
    expect((await new Browser(here.app).get(link)).status).toBe(302);
  });

  it('lets one browser finish two connections that it began side by side', async () => {
    const browser = new Browser(here.app);
    const one = await connecting.begin();
    const two = await connecting.begin();
    const first = await connecting.open(one.link, browser);
    await connecting.open(two.link, browser);
    const accounts = [{ ...LEMON_BERLIN, id: 'side-by-side' }];
    const back = `/oauth/callback/lemonade?${here.stand.consent(first, accounts)}`;
    expect((await browser.get(back)).status).toBe(200);
  });

  it('names the permissions that were not given', async () => {
    here.stand.scope = 'stands.read';
    const { id } = await connecting.connect([{ ...LEMON_BERLIN, id: 'few-scopes' }]);
    here.stand.scope = 'sales.read stands.read';
    expect(await connecting.read(id)).toMatchObject({
      status: 'active',
      missingScopes: ['sales.read'],
    });
  });

  it('takes one that implies another for both', async () => {
    here.stand.scope = 'sales.run stands.read';
    const { id } = await connecting.connect([{ ...LEMON_BERLIN, id: 'implied-scope' }]);
    here.stand.scope = 'sales.read stands.read';
    expect(await connecting.read(id)).toMatchObject({ status: 'active', missingScopes: [] });
  });

  it('exchanges the code once when two answers come at once, and connects once', async () => {
    const browser = new Browser(here.app);
    const { id, link } = await connecting.begin();
    const consent = await connecting.open(link, browser);
    const accounts = [{ ...LEMON_BERLIN, id: 'twice' }];
    const back = `/oauth/callback/lemonade?${here.stand.consent(consent, accounts)}`;
    const before = here.stand.callsOf('/oauth/token').length;
    const pages = await Promise.all([browser.get(back), browser.get(back), browser.get(back)]);
    expect(pages.map(({ status }) => status).toSorted()).toEqual([200, 409, 409]);
    expect(here.stand.callsOf('/oauth/token')).toHaveLength(before + 1);
    expect(await connecting.audit(id)).toEqual(
      expect.arrayContaining(['integration.created', 'integration.connected']),
    );
    expect(await connecting.audit(id)).toHaveLength(2);
  });
});

describe('what is kept of a connection', () => {
  beforeAll(fresh);

  it('is sealed or hashed in the tenant’s database, and its tokens are in the secret store alone', async () => {
    const { id } = await connecting.connect();
    const rows = await connecting.behind('SELECT * FROM integrations WHERE id = $1', [id]);
    const attempts = await connecting.behind('SELECT * FROM connection_attempts');
    const text = JSON.stringify([rows, attempts]);
    expect(text).not.toContain(LEMON_BERLIN.name);
    expect(text).not.toContain(LEMON_BERLIN.id);
    const names = await connecting.secrets();
    expect(names.filter((name) => name.startsWith(`oauth-${id}`))).toHaveLength(1);
    expect(names.filter((name) => name.startsWith('connect-'))).toEqual([]);
  });
});
