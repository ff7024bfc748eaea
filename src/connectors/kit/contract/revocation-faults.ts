import { Secret } from '../../../kernel/secret.js';
import type { Connector } from '../connector.js';
import { isAllowedHost } from './allowed-host.js';

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
  return calls.flatMap(({ url }) => {
    if (url.includes(token.reveal())) return ['revoke puts a token into a URL.'];
    const allowed = URL.canParse(url) && isAllowedHost(new URL(url).hostname, facts.hosts);
    return allowed ? [] : [`revoke calls ${url}, which is not on a host of facts.hosts.`];
  });
}
