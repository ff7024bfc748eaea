import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Answer } from '../../support/test-app.js';
import { signatureOf } from '../../connectors/fixtures/limonata/connector.js';
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

const BAR = 'blue.limonata.example';
const begin = (bar: string) => connecting.begin({ provider: 'limonata', params: { bar } });
const now = (): number => Math.floor(Date.now() / 1000);

/** Back from the consent page of the bar, with what the bar signs. */
async function come(more: { bar?: string; at?: number; signature?: string } = {}): Promise<{
  id: string;
  page: Answer;
}> {
  const { id, link } = await begin(BAR);
  const consent = await connecting.open(link, browser);
  const query = here.stand.consent(consent, [{ ...LEMON_BERLIN, id: `bar-${Math.random()}` }]);
  query.set('bar', more.bar ?? BAR);
  query.set('timestamp', String(more.at ?? now()));
  query.set('table', '12');
  const signed = query.toString();
  const signature = more.signature ?? signatureOf(signed, here.stand.clientSecret);
  const page = await browser.get(`/oauth/callback/limonata?${signed}&hmac=${signature}`);
  return { id, page };
}

describe('a provider with a host for each customer that signs its callbacks', () => {
  it('is asked at the customer’s host, in JSON, without PKCE, with its own parameters', async () => {
    const { id, page } = await come();
    expect(page.status).toBe(200);
    expect(await connecting.read(id)).toMatchObject({ status: 'active' });
    const [call] = here.stand.callsOf(`/at/${BAR}/token`);
    const { code, ...rest } = JSON.parse(call?.body ?? '{}') as Record<string, string>;
    expect(code).toBeDefined();
    expect(rest).toEqual({
      client_id: here.stand.clientId,
      client_secret: here.stand.clientSecret,
      expiring: '1',
    });
  });

  it('is not believed when the signature is another', async () => {
    const { page } = await come({ signature: 'a'.repeat(64) });
    expect(page.status).toBe(403);
    expect(page.body).toContain('connect_callback_forged');
  });

  it('is not believed when it speaks of another customer', async () => {
    const { page } = await come({ bar: 'red.limonata.example' });
    expect(page.body).toContain('connect_callback_foreign');
  });

  it('is not believed when it was signed more than 90 seconds ago', async () => {
    const { page } = await come({ at: now() - 91 });
    expect(page.body).toContain('connect_callback_stale');
  });

  it.each(['evil.example', 'limonata.example', 'a.b.limonata.example', '127.0.0.1'])(
    'never sends a browser to %s, though its pattern lets that through',
    async (bar) => {
      const { link } = await begin(bar);
      const answer = await browser.get(link);
      expect(answer.status).toBe(500);
      expect(answer.headers.get('location')).toBeNull();
      expect(answer.body).toContain('internal_error');
    },
  );

  it.each([
    'blue.limonata.example/@evil.example',
    'evil.example#.limonata.example',
    'evil.example?x=.limonata.example',
    'user@evil.example',
    'blue.limonata.example\r\nlocation: //evil.example',
    ' blue.limonata.example',
    'BLUE.limonata.example',
    '',
    'x'.repeat(41),
  ])('takes no param that is not of its form: %j', async (bar) => {
    const answer = await here.app.call('POST', '/v1/integrations', {
      key: connecting.tenant.key,
      body: { provider: 'limonata', params: { bar } },
    });
    expect(answer).toMatchObject({
      status: 422,
      body: {
        code: 'connection_input_invalid',
        errors: [{ path: 'params.bar', message: 'must look like blue.limonata.example' }],
      },
    });
  });
});
