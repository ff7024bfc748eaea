import { Secret } from '../../../kernel/secret.js';
import type { Connector, RevokeCall } from '../connector.js';
import { hostMatches } from '../../../infrastructure/http-client/allowed-url.js';

/** What is wrong with how a connector ends its own access. */
export function revocationFaults({ facts, revoke }: Connector): readonly string[] {
  const token = new Secret('token-of-a-check');
  const calls = revoke({
    account: { id: '1', name: 'x', timeZone: 'UTC', currency: null, test: true, details: {} },
    params: Object.fromEntries(facts.params.map(({ name, example }) => [name, example])),
    grant: {},
    accessToken: token,
    refreshToken: token,
    clientId: 'client',
    clientSecret: token,
  });
  if (calls.length === 0 && facts.auth.kind === 'oauth2') {
    return ['revoke names no call: access must be ended at the provider too.'];
  }
  return calls.flatMap(({ url, isDone }) => {
    if (url.includes(token.reveal())) return ['revoke puts a token into a URL.'];
    const fault = doneFault(isDone);
    if (fault !== null) return [`revoke: isDone ${fault}.`];
    const allowed =
      URL.canParse(url) && facts.hosts.some((host) => hostMatches(host, new URL(url).hostname));
    return allowed ? [] : [`revoke calls ${url}, which is not on a host of facts.hosts.`];
  });
}

/** Access that is taken for ended and is not stays open, and nobody looks again. */
function doneFault(isDone: RevokeCall['isDone']): string | null {
  for (const body of [undefined, null, 'oops', {}]) {
    for (const status of [429, 500, 503]) {
      try {
        if (isDone(status, body)) return `takes an answer ${status} for the end of access`;
      } catch (error) {
        return `throws over an answer ${status} that is no JSON: ${(error as Error).message}`;
      }
    }
  }
  return null;
}
