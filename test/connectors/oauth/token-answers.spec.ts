import { describe, expect, it } from '@jest/globals';
import type { OAuthFacts } from '../../../src/connectors/kit/facts.js';
import { readTokens } from '../../../src/connectors/kit/oauth/read-tokens.js';
import { connector } from '../fixtures/lemonade/connector.js';

const facts = connector.facts.auth as OAuthFacts;
const NOW = Date.parse('2026-01-31T09:00:00Z');
const read = (answer: unknown, quirks = connector.tokens) => readTokens(answer, facts, quirks, NOW);

describe('an answer of a token URL', () => {
  it('gives tokens, their ends, scopes, and what else the connector wants to keep', () => {
    const tokens = read({
      access_token: 'a-1',
      refresh_token: 'r-1',
      expires_in: 1800,
      refresh_token_expires_in: '7776000',
      scope: 'one two',
      stand_id: 42,
      drinker: 'somebody',
    });
    expect(tokens.accessToken.reveal()).toBe('a-1');
    expect(tokens.refreshToken?.reveal()).toBe('r-1');
    expect(tokens).toMatchObject({
      expiresAt: NOW + 1_800_000,
      refreshExpiresAt: NOW + 7_776_000_000,
      scopes: ['one', 'two'],
      grant: { stand_id: '42' },
    });
  });

  it('without an end lives as long as the facts say', () => {
    expect(read({ access_token: 'a' })).toMatchObject({
      expiresAt: NOW + facts.accessTokenMs,
      refreshToken: null,
      refreshExpiresAt: null,
      scopes: [],
      grant: {},
    });
  });

  it.each([
    [{ scope: 'a,b, c' }, ['a', 'b', 'c']],
    [{ scope: ['a', 'b', 'a'] }, ['a', 'b']],
    [{ scope: '' }, []],
    [{ scope: null }, []],
  ])('may write scopes as %j', (more, scopes) => {
    expect(read({ access_token: 'a', ...more }).scopes).toEqual(scopes);
  });

  it('may name its end as an instant', () => {
    const answer = { access_token: 'a', expires_at: '2026-03-02T09:00:00Z' };
    expect(read(answer).expiresAt).toBe(NOW + 30 * 86_400_000);
  });

  it('may use other names', () => {
    const names = { accessToken: 'token', expiresIn: 'ttl', refreshExpiresIn: 'x_ttl' };
    const tokens = read({ token: 'a', ttl: 60, x_ttl: 120 }, { keep: [], names });
    expect(tokens).toMatchObject({ expiresAt: NOW + 60_000, refreshExpiresAt: NOW + 120_000 });
  });

  it.each([
    ['no object', 'text'],
    ['a list', [{ access_token: 'a' }]],
    ['nothing', undefined],
    ['no token', {}],
    ['an empty token', { access_token: '' }],
    ['a token that is no text', { access_token: { $gt: '' } }],
    ['a token with a line end', { access_token: 'a\r\nx-evil: 1' }],
    ['a token beyond measure', { access_token: 'a'.repeat(8_193) }],
    ['a token only in its prototype', JSON.parse('{"__proto__":{"access_token":"a"}}')],
    ['a life that is no number', { access_token: 'a', expires_in: 'soon' }],
    ['a negative life', { access_token: 'a', expires_in: -1 }],
    ['an endless life', { access_token: 'a', expires_in: 1e12 }],
    ['an instant that is none', { access_token: 'a', expires_at: 'later' }],
    ['scopes that are no list', { access_token: 'a', scope: { a: 1 } }],
    ['too many scopes', { access_token: 'a', scope: 'x '.repeat(201) }],
    ['a kept value that is no plain one', { access_token: 'a', stand_id: { id: 1 } }],
    ['a kept value beyond measure', { access_token: 'a', stand_id: 'x'.repeat(513) }],
  ])('is not believed with %s, and its content is told to nobody', (_what, answer) => {
    let thrown: unknown;
    try {
      read(answer);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'provider_page_broken' });
    expect(String((thrown as Error).message)).not.toMatch(/evil|xxxx|soon|later/);
  });
});
