import { Secret } from '../../../kernel/secret.js';
import type { OAuthFacts } from '../facts.js';
import { BrokenPageError } from '../provider-errors.js';
import type { TokenQuirks, Tokens } from '../tokens.js';

/** Longer ones are no tokens; the longest known (JWTs) are below 4 KiB. */
const TOKEN_MAX = 8_192;
const KEPT_MAX = 512;
/** No provider has as many scopes. */
const SCOPES_MAX = 200;
/** Ten years: what is beyond is a mistake of units, and a date in the year 57000 breaks what reads it. */
const LIFE_MAX_S = 10 * 366 * 86_400;

/**
 * The tokens in an answer of the token URL.
 *
 * @param answer the parsed body of a successful answer
 * @throws BrokenPageError where it has not the form of one
 */
export function readTokens(
  answer: unknown,
  facts: OAuthFacts,
  quirks: TokenQuirks,
  nowMs = Date.now(),
): Tokens {
  const fields = fieldsOf(answer);
  const names = quirks.names ?? {};
  const accessToken = tokenIn(fields, names.accessToken ?? 'access_token');
  if (accessToken === null) throw new BrokenPageError('the token answer has an access_token');
  const lifeMs = lifeIn(fields, names.expiresIn ?? 'expires_in');
  const refreshLifeMs = lifeIn(fields, names.refreshExpiresIn ?? 'refresh_token_expires_in');
  return {
    accessToken,
    refreshToken: tokenIn(fields, names.refreshToken ?? 'refresh_token'),
    expiresAt: nowMs + (lifeMs ?? untilIn(fields, nowMs) ?? facts.accessTokenMs),
    refreshExpiresAt:
      refreshLifeMs !== null
        ? nowMs + refreshLifeMs
        : facts.refresh.lifetimeMs === null
          ? null
          : nowMs + facts.refresh.lifetimeMs,
    // Where none are asked for (they belong to the app), what is called scope says nothing of what is granted.
    scopes: facts.sendsScope ? scopesIn(fields, names.scope ?? 'scope') : [],
    grant: { ...keptOf(fields, quirks.keep), ...quirks.more?.(answer) },
  };
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(answer: unknown): Fields {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) {
    throw new BrokenPageError('the token answer is an object');
  }
  return answer as Fields;
}

function valueIn(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? (fields[name] ?? null) : null;
}

/** Printable ASCII alone: it goes into a header. */
function tokenIn(fields: Fields, name: string): Secret | null {
  const value = valueIn(fields, name);
  if (value === null || value === '') return null;
  if (typeof value !== 'string' || value.length > TOKEN_MAX || !/^[\x21-\x7e]+$/.test(value)) {
    throw new BrokenPageError(`${name} is a token`);
  }
  return new Secret(value);
}

/** Seconds, which some write as text. */
function lifeIn(fields: Fields, name: string): number | null {
  const value = valueIn(fields, name);
  if (value === null) return null;
  const seconds = typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : value;
  if (typeof seconds !== 'number' || !(seconds >= 0 && seconds <= LIFE_MAX_S)) {
    throw new BrokenPageError(`${name} is a number of seconds`);
  }
  return Math.floor(seconds * 1000);
}

/** `expires_at`, an instant in ISO 8601, where there are no seconds. */
function untilIn(fields: Fields, nowMs: number): number | null {
  const value = valueIn(fields, 'expires_at');
  if (typeof value !== 'string') return null;
  const life = Date.parse(value) - nowMs;
  if (!(life <= LIFE_MAX_S * 1000)) throw new BrokenPageError('expires_at is an instant');
  return life;
}

/** A list, or a text with blanks or commas between. */
function scopesIn(fields: Fields, name: string): string[] {
  const value = valueIn(fields, name);
  if (value === null) return [];
  const scopes = typeof value === 'string' ? value.split(/[\s,]+/).filter(Boolean) : value;
  const sound =
    Array.isArray(scopes) &&
    scopes.length <= SCOPES_MAX &&
    scopes.every((it) => typeof it === 'string' && it.length <= 200);
  if (!sound) throw new BrokenPageError(`${name} is a list of scopes`);
  return [...new Set(scopes as string[])];
}

function keptOf(fields: Fields, names: readonly string[]): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of names) {
    const value = valueIn(fields, name);
    if (value === null) continue;
    if (!['string', 'number', 'boolean'].includes(typeof value)) {
      throw new BrokenPageError(`${name} is a plain value`);
    }
    const text = String(value as string | number | boolean);
    if (text.length > KEPT_MAX) throw new BrokenPageError(`${name} is short`);
    kept[name] = text;
  }
  return kept;
}
