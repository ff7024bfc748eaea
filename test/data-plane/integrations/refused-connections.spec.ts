import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Answer } from '../../support/test-app.js';
import { atTheStand } from './support/at-the-stand.js';
import { Browser } from './support/browser.js';
import type { Connecting } from './support/connect.js';
import { LEMON_BERLIN } from './support/lemon-stand.js';

const here = atTheStand();
let connecting: Connecting;
let browser: Browser;

beforeAll(async () => {
  connecting = await here.signUp();
});

beforeEach(() => {
  browser = new Browser(here.app);
});

/** A connection that stands at the consent page, and the address that the browser comes back to. */
async function atConsent(accounts = [{ ...LEMON_BERLIN, id: `stand-${Math.random()}` }]) {
  const begun = await connecting.begin();
  const consent = await connecting.open(begun.link, browser);
  const query = here.stand.consent(consent, accounts);
  return { ...begun, query, back: `/oauth/callback/lemonade?${query}` };
}

function expectPage(page: Answer, status: number, code: string): void {
  expect({ status: page.status, type: page.headers.get('content-type') }).toEqual({
    status,
    type: 'text/html; charset=utf-8',
  });
  expect(page.body).toContain(`<code class="chip">${code}</code>`);
  expect(page.body).toContain('role="alert"');
}

/** The attempt ended, nothing is connected, no token was kept, and the log of the tenant says why. */
async function expectNothingConnected(id: string, code: string): Promise<void> {
  expect(await connecting.read(id)).toMatchObject({ status: 'connecting', account: null });
  expect((await connecting.secrets()).filter((name) => name.includes(id))).toEqual([]);
  const log = await here.app.call('GET', '/v1/audit-log?limit=200', { key: connecting.tenant.key });
  expect(log.body.items).toContainEqual(
    expect.objectContaining({
      action: 'integration.connect-failed',
      targetId: id,
      details: { code },
    }),
  );
}

describe('the way back from a consent page', () => {
  it('says that access was denied', async () => {
    const { id, query } = await atConsent();
    const state = query.get('state') ?? '';
    const page = await browser.get(
      `/oauth/callback/lemonade?error=access_denied&error_description=%3Cb%3Eno&state=${state}`,
    );
    expectPage(page, 403, 'connect_denied');
    expect(page.body).not.toContain('<b>no');
    await expectNothingConnected(id, 'connect_denied');
  });

  it('says that the provider did not go on', async () => {
    const { id, query } = await atConsent();
    const state = query.get('state') ?? '';
    const page = await browser.get(`/oauth/callback/lemonade?error=invalid_scope&state=${state}`);
    expectPage(page, 403, 'connect_provider_refused');
    await expectNothingConnected(id, 'connect_provider_refused');
  });

  it('counts once', async () => {
    const { id, back } = await atConsent();
    expect((await browser.get(back)).status).toBe(200);
    const calls = here.stand.calls.length;
    expectPage(await browser.get(back), 409, 'connect_replayed');
    expect(here.stand.calls).toHaveLength(calls);
    expect(await connecting.read(id)).toMatchObject({ status: 'active' });
  });

  it('is refused after ten minutes', async () => {
    const { id, back } = await atConsent();
    await connecting.behind(
      `UPDATE connection_attempts SET expires_at = now() WHERE integration_id = $1`,
      [id],
    );
    expectPage(await browser.get(back), 409, 'connect_expired');
    expect(await connecting.read(id)).toMatchObject({ status: 'connecting' });
    const [row] = await connecting.behind<{ minutes: number }>(
      `SELECT round(extract(epoch FROM expires_at - created_at) / 60)::int AS minutes
        FROM connection_attempts WHERE integration_id = $1`,
      [(await atConsent()).id],
    );
    expect(row?.minutes).toBe(10);
  });

  it.each(['', 'nonsense', 'aaaaaaaaaaaaaaaaaaaa.Zk3mV9x0Qw7Lr5Tb2Ny8Uc6Id1Ef4Gh0Jk2Mn5Pq8Rs'])(
    'is nobody’s with the state "%s"',
    async (state) => {
      const page = await browser.get(`/oauth/callback/lemonade?code=x&state=${state}`);
      expectPage(page, 404, 'connect_state_unknown');
    },
  );

  it('is nobody’s with a state of the right form that was never given out', async () => {
    const { query } = await atConsent();
    const [word] = (query.get('state') ?? '').split('.');
    const made = `${word}.${'A'.repeat(43)}`;
    const page = await browser.get(`/oauth/callback/lemonade?code=x&state=${made}`);
    expectPage(page, 404, 'connect_state_unknown');
  });

  it('is refused in a second browser, and still good in the first', async () => {
    const { id, back } = await atConsent();
    expectPage(await new Browser(here.app).get(back), 403, 'connect_other_browser');
    const other = new Browser(here.app);
    await connecting.open((await connecting.begin()).link, other);
    expectPage(await other.get(back), 403, 'connect_other_browser');
    expect(await connecting.read(id)).toMatchObject({ status: 'connecting' });
    expect((await browser.get(back)).status).toBe(200);
  });

  it('is refused at the address of another provider, and used up', async () => {
    const { id, back } = await atConsent();
    const calls = here.stand.calls.length;
    const elsewhere = back.replace('/lemonade?', '/limonata?');
    expectPage(await browser.get(elsewhere), 403, 'connect_mix_up');
    await expectNothingConnected(id, 'connect_mix_up');
    expectPage(await browser.get(back), 409, 'connect_replayed');
    expect(here.stand.calls).toHaveLength(calls);
  });

  it('is refused at the address of a provider that does not exist', async () => {
    const { back } = await atConsent();
    expectPage(await browser.get(back.replace('/lemonade?', '/nobody?')), 403, 'connect_mix_up');
  });

  it('is refused without a code, and with two', async () => {
    const one = await atConsent();
    const state = one.query.get('state') ?? '';
    const page = await browser.get(`/oauth/callback/lemonade?state=${state}`);
    expectPage(page, 400, 'connect_answer_invalid');
    const two = await atConsent();
    expectPage(await browser.get(`${two.back}&code=another`), 400, 'connect_answer_invalid');
    await expectNothingConnected(two.id, 'connect_answer_invalid');
  });

  it('of an integration that was disconnected meanwhile leads nowhere', async () => {
    const { id, back } = await atConsent();
    await here.app.call('DELETE', `/v1/integrations/${id}`, { key: connecting.tenant.key });
    const calls = here.stand.calls.length;
    expectPage(await browser.get(back), 409, 'connect_ended');
    expect(here.stand.calls).toHaveLength(calls);
  });
});

describe('the exchange of the code', () => {
  it('that the provider refuses ends the attempt', async () => {
    const { id, back } = await atConsent();
    here.stand.trouble('/oauth/token', { status: 400, body: '{"error":"invalid_grant"}' });
    expectPage(await browser.get(back), 409, 'connect_exchange_refused');
    await expectNothingConnected(id, 'connect_exchange_refused');
  });

  it.each([
    ['has a fault', { status: 503, body: 'upstream' } as const],
    ['hangs up', 'hang-up' as const],
  ])(
    'may be begun anew, by the same browser alone, when the provider %s',
    async (_what, trouble) => {
      const { id, back } = await atConsent();
      here.stand.trouble('/oauth/token', trouble);
      const page = await browser.get(back);
      expectPage(page, 503, 'connect_provider_away');
      await expectNothingConnected(id, 'connect_provider_away');
      const again = /href="(\/connect\/[^"]+)"/.exec(String(page.body))?.[1] ?? '';
      expectPage(await new Browser(here.app).get(again), 403, 'connect_other_browser');
      const consent = await connecting.open(again, browser);
      const accounts = [{ ...LEMON_BERLIN, id: `again-${Math.random()}` }];
      const second = `/oauth/callback/lemonade?${here.stand.consent(consent, accounts)}`;
      expect((await browser.get(second)).status).toBe(200);
      expect(await connecting.read(id)).toMatchObject({ status: 'active' });
    },
  );

  it.each([
    ['no JSON', '<html>'],
    ['no token', '{"token_type":"bearer"}'],
    ['a token that would break a header', '{"access_token":"a\\r\\nx: y"}'],
    ['an absurd life', '{"access_token":"a","expires_in":1e300}'],
  ])('is not understood when it gives %s', async (_what, body) => {
    const { id, back } = await atConsent();
    here.stand.trouble('/oauth/token', { status: 200, body });
    expectPage(await browser.get(back), 502, 'connect_provider_broken');
    await expectNothingConnected(id, 'connect_provider_broken');
  });

  it('is refused when somebody else’s code is put into the address', async () => {
    const mine = await atConsent();
    const foreign = await atConsent();
    const code = foreign.query.get('code') ?? '';
    const state = mine.query.get('state') ?? '';
    const page = await browser.get(`/oauth/callback/lemonade?code=${code}&state=${state}`);
    // PKCE: the code belongs to another challenge.
    expectPage(page, 409, 'connect_exchange_refused');
    await expectNothingConnected(mine.id, 'connect_exchange_refused');
  });
});

describe('the account behind a grant', () => {
  it('may be missing', async () => {
    const { id, back } = await atConsent([]);
    expectPage(await browser.get(back), 409, 'connect_no_account');
    await expectNothingConnected(id, 'connect_no_account');
  });

  it('may be closed to the grant', async () => {
    const { id, back } = await atConsent();
    here.stand.trouble('/v1/accounts', { status: 403, body: '{}' });
    expectPage(await browser.get(back), 403, 'connect_not_permitted');
    await expectNothingConnected(id, 'connect_not_permitted');
  });

  it('may be connected already', async () => {
    const account = { ...LEMON_BERLIN, id: 'taken' };
    const first = await atConsent([account]);
    expect((await browser.get(first.back)).status).toBe(200);
    const second = await atConsent([account]);
    expectPage(await browser.get(second.back), 409, 'connect_account_taken');
    await expectNothingConnected(second.id, 'connect_account_taken');
    expect(await connecting.read(first.id)).toMatchObject({ status: 'active' });
  });

  it('is connected once when two browsers bring it at the same time', async () => {
    const account = { ...LEMON_BERLIN, id: 'at-once' };
    const attempts = await Promise.all(
      [1, 2, 3].map(async () => {
        const own = new Browser(here.app);
        const { id, link } = await connecting.begin();
        const query = here.stand.consent(await connecting.open(link, own), [account]);
        return { id, own, back: `/oauth/callback/lemonade?${query}` };
      }),
    );
    const pages = await Promise.all(attempts.map(({ own, back }) => own.get(back)));
    expect(pages.map(({ status }) => status).toSorted()).toEqual([200, 409, 409]);
    const states = await Promise.all(attempts.map(({ id }) => connecting.read(id)));
    expect(states.map(({ status }) => status).toSorted()).toEqual([
      'active',
      'connecting',
      'connecting',
    ]);
  });

  it.each([
    ['a zone that does not exist', { timeZone: 'Mars/Base' }],
    ['a currency that is none', { currency: 'euro' }],
    ['no id', { id: '' }],
  ])('is not understood with %s', async (_what, change) => {
    const { id, back } = await atConsent([{ ...LEMON_BERLIN, ...change }]);
    expectPage(await browser.get(back), 502, 'connect_provider_broken');
    await expectNothingConnected(id, 'connect_provider_broken');
  });
});

describe('a link', () => {
  it.each(['nonsense', 'aaaaaaaaaaaaaaaaaaaa.Zk3mV9x0Qw7Lr5Tb2Ny8Uc6Id1Ef4Gh0Jk2Mn5Pq8Rs'])(
    'that was never given out is not valid: %s',
    async (token) => {
      expectPage(await browser.get(`/connect/${token}`), 404, 'connect_link_invalid');
    },
  );

  it('is the browser’s that opened it first', async () => {
    const { link } = await connecting.begin();
    await connecting.open(link, browser);
    expectPage(await new Browser(here.app).get(link), 403, 'connect_other_browser');
    expect((await browser.get(link)).status).toBe(302);
  });

  it('opened again makes the way it led before worthless', async () => {
    const { link, back } = await atConsent();
    await connecting.open(link, browser);
    expectPage(await browser.get(back), 404, 'connect_state_unknown');
  });

  it('is used when the connection is made', async () => {
    const { link, back } = await atConsent();
    await browser.get(back);
    expectPage(await browser.get(link), 409, 'connect_link_used');
  });

  it('expires', async () => {
    const { id, link } = await connecting.begin();
    await connecting.behind(
      `UPDATE connection_attempts SET expires_at = now() WHERE integration_id = $1`,
      [id],
    );
    expectPage(await browser.get(link), 409, 'connect_link_expired');
  });

  it('of a suspended tenant leads nowhere', async () => {
    const other = await here.signUp();
    const { link } = await other.begin();
    await here.app.call('POST', `/admin/tenants/${other.tenant.id}/suspend`, {
      key: 'adm_test-token-of-this-run-0123456789',
      body: {},
    });
    expectPage(await browser.get(link), 404, 'connect_link_invalid');
  });
});
