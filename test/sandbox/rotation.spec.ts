import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../sandbox/start.js';
import {
  basic,
  connectStripe,
  stripeApp,
  stripeGet,
  stripeToken,
  told,
} from './support/connect.js';
import { ask, connectShopify, shopifyToken } from './support/connect-shopify.js';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'rotation' });
});
afterAll(() => sandbox.close());

const SHOP = '{ shop { name } }';

function refresh(token: string): ReturnType<typeof stripeToken> {
  return stripeToken(sandbox, { grant_type: 'refresh_token', refresh_token: token });
}

function refreshShop(token: unknown): ReturnType<typeof shopifyToken> {
  return shopifyToken(sandbox, { grant_type: 'refresh_token', refresh_token: token });
}

describe("Stripe's tokens", () => {
  it('rotate with every refresh, and the one before is dead at once', async () => {
    const first = await connectStripe(sandbox);
    const second = await refresh(first.refresh_token);
    expect(second.status).toBe(200);
    expect(second.body['refresh_token']).not.toBe(first.refresh_token);
    expect(second.body).not.toHaveProperty('expires_in');
    expect(second.body['stripe_user_id']).toBe(first.stripe_user_id);
    const again = await refresh(first.refresh_token);
    expect(again.status).toBe(400);
    expect(again.body['error']).toBe('invalid_grant');
    // The reuse harms nobody else.
    expect((await refresh(String(second.body['refresh_token']))).status).toBe(200);
  });

  it('rotate although the answer was lost', async () => {
    const first = await connectStripe(sandbox);
    await told(sandbox, 'POST', '/knobs/stripe', {
      faults: [{ kind: 'drop', path: '/oauth/token', calls: 1 }],
    });
    await expect(refresh(first.refresh_token)).rejects.toThrow();
    expect((await refresh(first.refresh_token)).body['error']).toBe('invalid_grant');
  });

  it('are given once where many ask at the same time', async () => {
    const first = await connectStripe(sandbox);
    const answers = await Promise.all(
      Array.from({ length: 16 }, () => refresh(first.refresh_token)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('are ended by giving access back, which a second time is refused', async () => {
    const app = stripeApp(sandbox);
    const first = await connectStripe(sandbox, 'second');
    const end = (path: string): Promise<Response> =>
      fetch(`${app.baseUrl}${path}`, {
        method: 'POST',
        headers: {
          authorization: basic(app.clientSecret),
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: `client_id=${app.clientId}&stripe_user_id=${first.stripe_user_id}`,
      });
    const answer = await end('/oauth/deauthorize');
    expect(await answer.json()).toEqual({ stripe_user_id: first.stripe_user_id });
    expect((await stripeGet(sandbox, first.access_token, '/v1/account')).status).toBe(403);
    expect((await end('/v1/oauth/deauthorize')).status).toBe(401);
  });
});

describe("Shopify's tokens", () => {
  it('may be refreshed with the older token until the newer is used', async () => {
    const first = await connectShopify(sandbox);
    const lost = await refreshShop(first['refresh_token']);
    const second = await refreshShop(first['refresh_token']);
    expect(second.status).toBe(200);
    // What was lost is worth nothing any more.
    expect((await refreshShop(lost.body['refresh_token'])).status).toBe(401);
    const token = String(second.body['access_token']);
    expect((await ask(sandbox, token, SHOP)).status).toBe(200);
    const late = await refreshShop(first['refresh_token']);
    expect(late.status).toBe(401);
    expect(late.body).toEqual({
      error: 'invalid_request',
      error_description: 'This request requires an active refresh_token',
    });
  });

  it('are dead after ninety idle days', async () => {
    const first = await connectShopify(sandbox);
    await told(sandbox, 'POST', '/clock', { advanceMs: 90 * 86_400_000 });
    expect((await refreshShop(first['refresh_token'])).status).toBe(401);
    await told(sandbox, 'POST', '/clock', { advanceMs: -90 * 86_400_000 });
  });

  it('live for an hour', async () => {
    const { access_token: token = '' } = await connectShopify(sandbox);
    await told(sandbox, 'POST', '/clock', { advanceMs: 3_600_000 });
    expect((await ask(sandbox, token, SHOP)).status).toBe(401);
    await told(sandbox, 'POST', '/clock', { advanceMs: -3_600_000 });
  });
});
