import type { OAuthFacts, ProviderFacts } from '../facts.js';

/** What our side says itself on the way to the consent page. */
const OURS = new Set([
  'client_id',
  'client_secret',
  'redirect_uri',
  'response_type',
  'state',
  'scope',
  'code_challenge',
  'code_challenge_method',
]);

/** Ends that would lead a URL made of a param elsewhere. */
const HOSTILE = ['', ' ', 'a b', '../x', 'x/y', 'x?y', 'x#y', 'x:1', 'u@x', 'x\\y', 'x%2fy', 'x\n'];

/** What is wrong with how access is asked for, proven and kept. */
export function authFaults(facts: ProviderFacts): readonly string[] {
  return [
    ...(facts.auth.kind === 'oauth2' ? oauthFaults(facts.auth, facts) : keyFaults(facts)),
    ...hostFaults(facts),
    ...headerFaults(facts),
  ];
}

function oauthFaults(auth: OAuthFacts, { scopes }: ProviderFacts): string[] {
  const faults: string[] = [];
  for (const name of Object.keys(auth.authorizeParams)) {
    if (OURS.has(name))
      faults.push(`facts.auth.authorizeParams has "${name}", which is ours to say.`);
  }
  if (scopes.optionalRead.length > 0 && auth.optionalScopeParam === undefined) {
    faults.push(
      'facts.scopes.optionalRead is asked for nowhere: say facts.auth.optionalScopeParam, or move its scopes to read.',
    );
  }
  const { replayMs, lifetimeMs } = auth.refresh;
  if (!(replayMs >= 0)) faults.push('facts.auth.refresh.replayMs must be 0 or more.');
  if (!(auth.accessTokenMs >= 60_000)) {
    faults.push('facts.auth.accessTokenMs must be a minute or more, in milliseconds.');
  }
  if (lifetimeMs !== null && !(lifetimeMs > auth.accessTokenMs)) {
    faults.push('facts.auth.refresh.lifetimeMs must be longer than an access token lives.');
  }
  if (typeof auth.pkce === 'object' && auth.pkce.none.trim() === '') {
    faults.push('facts.auth.pkce.none must say why the provider takes no PKCE.');
  }
  return faults;
}

function keyFaults({ auth }: ProviderFacts): string[] {
  if (auth.kind !== 'key') return [];
  const faults: string[] = [];
  if (auth.fields.length === 0) faults.push('facts.auth.fields is empty: name what is asked for.');
  if (!auth.fields.some(({ secret }) => secret)) {
    faults.push('facts.auth.fields has no secret one: whatever lets us in is secret.');
  }
  for (const { name, pattern } of auth.fields) {
    if (!pattern.startsWith('^') || !pattern.endsWith('$')) {
      faults.push(`The pattern of the field "${name}" must be anchored with ^ and $.`);
    }
  }
  return faults;
}

function hostFaults({ hosts, params, api, auth }: ProviderFacts): string[] {
  const faults = hosts
    .filter((host) => /(^|\.)example\.com$/.test(host))
    .map((host) => `facts.hosts still has the template's "${host}": name the provider's hosts.`);
  const urls = [api.baseUrl, ...(auth.kind === 'oauth2' ? [auth.authorizeUrl, auth.tokenUrl] : [])];
  for (const { name, pattern } of params) {
    if (!urls.some((url) => url.includes(`{${name}}`))) continue;
    const taken = HOSTILE.find((value) => new RegExp(pattern).test(value));
    if (taken !== undefined) {
      faults.push(
        `The pattern of the param "${name}" takes ${JSON.stringify(taken)}, and it stands in a URL: let it take letters, digits, dots and hyphens.`,
      );
    }
  }
  return faults;
}

function headerFaults({ api }: ProviderFacts): string[] {
  const wanted = api.tokenHeader.name.toLowerCase();
  return Object.keys(api.headers)
    .filter((name) => [wanted, 'authorization', 'cookie'].includes(name.toLowerCase()))
    .map((name) => `facts.api.headers has "${name}": access is put into tokenHeader by the kit.`);
}
