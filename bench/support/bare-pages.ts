import type { AppSettings } from '../../sandbox/core/app-settings.js';
import { STRIPE_VERSION } from '../../src/connectors/stripe/facts.js';

/** As many as the sync reads of two streams in a bit less than a minute at the connector's own pace. */
const PAGES = 400;
const LISTS = ['/v1/balance_transactions', '/v1/charges'];

/**
 * How fast the stand-in gives pages to a client that does nothing with them: records a second, one page
 * after the other as the sync asks for them, half of each of the two long lists.
 */
export async function barePages(stripe: AppSettings, account: string): Promise<number> {
  const token = await tokenOf(stripe, account);
  const headers = { authorization: `Bearer ${token}`, 'stripe-version': STRIPE_VERSION };
  const startedAt = performance.now();
  let records = 0;
  for (const list of LISTS) {
    let after = '';
    for (let page = 0; page < PAGES / LISTS.length; page += 1) {
      const answer = await fetch(`${stripe.baseUrl}${list}?limit=100${after}`, { headers });
      const text = await answer.text();
      if (answer.status !== 200) throw new Error(`${answer.status}: ${text}`);
      // Without parsing it: the last object's own id is what the next page is asked with.
      const ids = [
        ...text.matchAll(/"id":"((?:txn|ch|py)_\w+)","object":"(?:balance_transaction|charge)"/g),
      ];
      records += ids.length;
      if (ids.length < 100) break;
      after = `&starting_after=${ids.at(-1)?.[1] ?? ''}`;
    }
  }
  return records / ((performance.now() - startedAt) / 1_000);
}

async function tokenOf(
  { baseUrl, clientId, clientSecret }: AppSettings,
  account: string,
): Promise<string> {
  const redirectUri = 'http://localhost/oauth/callback/stripe';
  const query = new URLSearchParams({
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    state: 'bench',
    decision: 'approve',
    account,
  });
  const consent = await fetch(`${baseUrl}/oauth/v2/authorize?${query}`, { redirect: 'manual' });
  const back = new URL(consent.headers.get('location') ?? 'http://localhost:1/');
  const answer = await fetch(`${baseUrl}/v1/oauth/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${clientSecret}:`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: back.searchParams.get('code') ?? '',
      redirect_uri: redirectUri,
    }).toString(),
  });
  const { access_token: token } = (await answer.json()) as { access_token?: string };
  if (token === undefined) throw new Error(`The stand-in gave no token: ${answer.status}.`);
  return token;
}
