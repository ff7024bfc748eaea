import { Secret } from '../../../kernel/secret.js';
import type { Connector, RevokeCall } from '../connector.js';
import { type ProviderFacts, REVOCATION_ENDS } from '../facts.js';
import { hostMatches } from '../../../infrastructure/http-client/allowed-url.js';

/** What is wrong with how a connector ends its own access. */
export function revocationFaults(connector: Connector): readonly string[] {
  const { facts, revoke } = connector;
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
  return [
    ...endsFaults(connector, calls.length),
    ...calls.flatMap((call) => callFaults(call, token, facts.hosts)),
  ];
}

/** Who says too little ends access that others still use, too much leaves some that nobody does. */
function endsFaults({ facts, knownAs }: Connector, calls: number): string[] {
  const { revocationEnds } = facts;
  if (!REVOCATION_ENDS.includes(revocationEnds)) {
    return [`facts.revocationEnds must be one of ${REVOCATION_ENDS.join(', ')}.`];
  }
  if ((revocationEnds === 'nothing') !== (calls === 0)) {
    return ['facts.revocationEnds is "nothing" where revoke names no call, and only there.'];
  }
  return revocationEnds === 'login' && knownAs === undefined
    ? ['facts.revocationEnds is "login": let knownAs name whose login it is.']
    : [];
}

function callFaults(
  { url, isDone }: RevokeCall,
  token: Secret,
  hosts: ProviderFacts['hosts'],
): string[] {
  if (url.includes(token.reveal())) return ['revoke puts a token into a URL.'];
  const fault = doneFault(isDone);
  if (fault !== null) return [`revoke: isDone ${fault}.`];
  const allowed =
    URL.canParse(url) && hosts.some((host) => hostMatches(host, new URL(url).hostname));
  return allowed ? [] : [`revoke calls ${url}, which is not on a host of facts.hosts.`];
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
