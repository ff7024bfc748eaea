import { beforeEach, describe, expect, it } from '@jest/globals';
import { atTheStand } from './support/at-the-stand.js';
import { Browser } from './support/browser.js';
import type { Connecting } from './support/connect.js';
import { LEMON_BERLIN, LEMON_TOKYO } from './support/lemon-stand.js';

const here = atTheStand();
let connecting: Connecting;

let id: string;
let browser: Browser;
let page: string;
let form: string;
let back: string;

const formIn = (text: string): string => /action="([^"]+)"/.exec(text)?.[1] ?? '';
const pending = async (): Promise<string[]> =>
  (await connecting.secrets()).filter((name) => name.startsWith('connect-'));

/** A login that reads two accounts is back from its consent page. */
beforeEach(async () => {
  connecting = await here.signUp();
  const done = await connecting.connect([LEMON_BERLIN, LEMON_TOKYO]);
  ({ id, browser, back } = done);
  page = String(done.page.body);
  form = formIn(page);
});

describe('a login that reads several accounts', () => {
  it('is asked which one is meant, with names escaped, and nothing is connected before', async () => {
    expect(page).toContain('Lemon Berlin &amp; &lt;b&gt;Söhne&lt;/b&gt;');
    expect(page).toContain('Asia/Tokyo, JPY');
    expect(page).toContain('<legend>');
    expect(page).not.toContain(LEMON_BERLIN.id);
    expect(await connecting.read(id)).toMatchObject({ status: 'connecting', account: null });
    expect(await pending()).toHaveLength(1);
  });

  it('is connected with the account that was chosen, whose tokens move to their own place', async () => {
    const answer = await browser.post(form, 'account=1');
    expect(answer.status).toBe(200);
    expect(answer.body).toContain('Lemon Tokyo');
    expect(await connecting.read(id)).toMatchObject({
      status: 'active',
      account: { name: 'Lemon Tokyo', timeZone: 'Asia/Tokyo', currency: 'JPY' },
    });
    expect(await pending()).toEqual([]);
    expect((await connecting.secrets()).filter((it) => it.startsWith(`oauth-${id}`))).toHaveLength(
      1,
    );
  });

  it.each(['', 'account=2', 'account=-1', 'account=__proto__', 'account=stand-2', 'other=1'])(
    'may choose again after a choice that is none: "%s"',
    async (choice) => {
      const answer = await browser.post(form, choice);
      expect(answer.status).toBe(422);
      expect(answer.body).toContain('connect_choice_invalid');
      expect((await browser.post(form, 'account=0')).status).toBe(200);
    },
  );

  it('chooses in the browser that it began in', async () => {
    const answer = await new Browser(here.app).post(form, 'account=0');
    expect(answer.status).toBe(403);
    expect(answer.body).toContain('connect_other_browser');
    expect(await connecting.read(id)).toMatchObject({ status: 'connecting' });
  });

  it('does not choose by a form on another site’s page', async () => {
    const answer = await browser.post(form, 'account=0', { 'sec-fetch-site': 'cross-site' });
    expect(answer).toMatchObject({ status: 403, body: { code: 'csrf_refused' } });
    expect(await connecting.read(id)).toMatchObject({ status: 'connecting' });
  });

  it('chooses once, also when the form is sent twice at once', async () => {
    const answers = await Promise.all([
      browser.post(form, 'account=0'),
      browser.post(form, 'account=1'),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect(await connecting.audit(id)).toHaveLength(2);
  });

  it('brings its answer once', async () => {
    const again = await browser.get(back);
    expect(again.status).toBe(409);
    expect(again.body).toContain('connect_replayed');
  });

  it('has ten minutes', async () => {
    await connecting.behind('UPDATE connection_attempts SET expires_at = now()');
    const answer = await browser.post(form, 'account=0');
    expect(answer.status).toBe(409);
    expect(answer.body).toContain('connect_expired');
  });

  it('that never chooses leaves no tokens: they go when the next connection is begun', async () => {
    await connecting.behind(
      `UPDATE connection_attempts SET expires_at = now() - interval '2 hours'`,
    );
    await connecting.behind(`UPDATE integrations SET created_at = now() - interval '2 days'`);
    await connecting.begin();
    expect(await pending()).toEqual([]);
    const { status } = await here.app.call('GET', `/v1/integrations/${id}`, {
      key: connecting.tenant.key,
    });
    expect(status).toBe(404);
  });

  it('does not get an account that another integration took meanwhile', async () => {
    await connecting.connect([LEMON_TOKYO]);
    const answer = await browser.post(form, 'account=1');
    expect(answer.status).toBe(409);
    expect(answer.body).toContain('connect_account_taken');
    expect(await pending()).toEqual([]);
  });

  it('sends the choice as a form and nothing else', async () => {
    const answer = await browser.post(form, '{"account":"0"}', {
      'content-type': 'application/json',
    });
    expect(answer.status).toBe(422);
    const elsewhere = await here.app.call('POST', '/v1/login', {
      body: 'email=a',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(elsewhere).toMatchObject({ status: 415, body: { code: 'media_type_unsupported' } });
  });
});
