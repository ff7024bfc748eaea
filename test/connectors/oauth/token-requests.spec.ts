import { describe, expect, it } from '@jest/globals';
import type { OAuthFacts } from '../../../src/connectors/kit/facts.js';
import { beginConsent } from '../../../src/connectors/kit/oauth/begin-consent.js';
import {
  codeGrant,
  refreshGrant,
  tokenRequest,
} from '../../../src/connectors/kit/oauth/token-request.js';
import type { Provider } from '../../../src/connectors/providers.js';
import { Secret } from '../../../src/kernel/secret.js';
import { connector as lemonade } from '../fixtures/lemonade/connector.js';
import { connector as limonata } from '../fixtures/limonata/connector.js';

const app = { clientId: 'id', clientSecret: new Secret('se:cret') };
const setup = { baseUrl: null, clientId: 'id', clientSecret: app.clientSecret, webhookSecrets: [] };

function request(change: Partial<OAuthFacts>, code = true) {
  const facts = { ...(lemonade.facts.auth as OAuthFacts), ...change };
  const provider: Provider = { id: 'lemonade', connector: lemonade, setup };
  const grant = code
    ? codeGrant(facts, { code: new Secret('c'), redirectUri: 'https://us/back', verifier: 'v' })
    : refreshGrant(new Secret('r'));
  const made = tokenRequest(provider, facts, app, {}, grant);
  const authorization = made.headers?.['authorization'];
  return {
    ...made,
    text: (made.body as Secret).reveal(),
    proof: authorization instanceof Secret ? authorization.reveal() : undefined,
  };
}

const base64 = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

describe('a request for tokens', () => {
  it('proves who we are by Basic, and sends a form', () => {
    const made = request({ clientAuth: 'basic' });
    expect(made).toMatchObject({
      method: 'POST',
      url: 'https://lemonade.example/oauth/token',
      proof: base64('id:se:cret'),
    });
    expect(Object.fromEntries(new URLSearchParams(made.text))).toEqual({
      grant_type: 'authorization_code',
      code: 'c',
      redirect_uri: 'https://us/back',
      code_verifier: 'v',
    });
  });

  it('proves it with the secret as user name', () => {
    const made = request({ clientAuth: 'basic-secret' });
    expect(made.proof).toBe(base64('se:cret:'));
    expect(made.text).not.toContain('client');
  });

  it('proves it in the body', () => {
    const made = request({ clientAuth: 'body' });
    expect(made.proof).toBeUndefined();
    expect(new URLSearchParams(made.text).get('client_secret')).toBe('se:cret');
  });

  it('sends JSON, and leaves out what is not standard there', () => {
    const made = request({
      clientAuth: 'body',
      tokenBody: 'json',
      standardExchange: false,
      exchangeParams: { expiring: '1' },
    });
    expect(made.headers?.['content-type']).toBe('application/json');
    expect(JSON.parse(made.text)).toEqual({
      client_id: 'id',
      client_secret: 'se:cret',
      code: 'c',
      code_verifier: 'v',
      expiring: '1',
    });
  });

  it('asks for a refresh without the parameters of the exchange', () => {
    const made = request({ clientAuth: 'body', exchangeParams: { expiring: '1' } }, false);
    expect(Object.fromEntries(new URLSearchParams(made.text))).toEqual({
      client_id: 'id',
      client_secret: 'se:cret',
      grant_type: 'refresh_token',
      refresh_token: 'r',
    });
  });

  it('shows none of its secrets when it is printed', () => {
    const { text: _text, proof: _proof, ...made } = request({ clientAuth: 'body' });
    expect(JSON.stringify(made)).not.toMatch(/se:cret|se%3Acret|"c"/);
  });
});

const flow = (bar: string, baseUrl: string | null) => ({
  provider: { id: 'limonata', connector: limonata, setup: { ...setup, baseUrl } },
  facts: limonata.facts.auth as OAuthFacts,
  app,
  params: { bar },
  redirectUri: 'https://us/back',
  state: 'the-state',
});

describe('the address of a consent page', () => {
  it('has the customer’s host, scopes with their own separator and no PKCE where there is none', async () => {
    const { url, verifier } = await beginConsent(flow('blue.limonata.example', null));
    const { origin, pathname, searchParams } = new URL(url);
    expect(`${origin}${pathname}`).toBe('https://blue.limonata.example/authorize');
    expect(Object.fromEntries(searchParams)).toEqual({
      response_type: 'code',
      client_id: 'id',
      redirect_uri: 'https://us/back',
      scope: 'sales.read,stands.read',
      state: 'the-state',
    });
    expect(verifier).toBeNull();
  });

  it('asks for what may be left out by the parameter that the facts name', async () => {
    const scopes = { ...limonata.facts.scopes, optionalRead: ['tips.read', 'cups.read'] };
    const asked = flow('blue.limonata.example', null);
    const connector = { ...limonata, facts: { ...limonata.facts, scopes } };
    const { url } = await beginConsent({
      ...asked,
      provider: { ...asked.provider, connector },
      facts: { ...asked.facts, optionalScopeParam: 'optional' },
    });
    expect(new URL(url).searchParams.get('optional')).toBe('tips.read,cups.read');
  });

  it('leads to the stand-in that the operator named', async () => {
    const { url } = await beginConsent(flow('blue.limonata.example', 'http://127.0.0.1:9/{host}'));
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:9\/blue\.limonata\.example\/authorize\?/);
  });

  it.each([null, 'http://127.0.0.1:9/{host}'])(
    'is refused on a host that is not listed (stand-in: %s)',
    async (baseUrl) => {
      await expect(beginConsent(flow('evil.example', baseUrl))).rejects.toMatchObject({
        code: 'oauth_place_refused',
      });
    },
  );
});
