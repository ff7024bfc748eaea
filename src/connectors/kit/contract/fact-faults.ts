import type { OAuthFacts, ProviderFacts, ScopeFacts } from '../facts.js';
import { scopeWord } from '../scope-word.js';
import { hostMatches } from '../../../infrastructure/http-client/allowed-url.js';

/** What is wrong with a provider's facts. */
export function factFaults(facts: ProviderFacts): readonly string[] {
  return [
    ...(facts.name.trim() === '' ? ['facts.name is empty: write it as the provider does.'] : []),
    ...hostFaults(facts),
    ...paramFaults(facts),
    ...scopeFaults(facts),
    ...limitFaults(facts),
    ...promiseFaults(facts),
  ];
}

function hostFaults(facts: ProviderFacts): string[] {
  const faults: string[] = [];
  for (const host of facts.hosts) {
    if (!/^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(host)) {
      faults.push(`facts.hosts has "${host}": write a host in lower case, "*." for one label.`);
    }
  }
  const urls: [string, string][] = [['api.baseUrl', facts.api.baseUrl]];
  if (facts.auth.kind === 'oauth2') urls.push(...oauthUrls(facts.auth));
  for (const [name, url] of urls) {
    const fault = urlFault(url, facts);
    if (fault !== null) faults.push(`facts.${name} ${fault}.`);
  }
  for (const path of facts.api.readingPosts) {
    if (!path.startsWith('/')) faults.push(`facts.api.readingPosts has "${path}": begin with "/".`);
  }
  return faults;
}

function oauthUrls(auth: OAuthFacts): [string, string][] {
  return [
    ['auth.authorizeUrl', auth.authorizeUrl],
    ['auth.tokenUrl', auth.tokenUrl],
  ];
}

function urlFault(url: string, facts: ProviderFacts): string | null {
  let filled = url;
  for (const { name, example } of facts.params) filled = filled.replaceAll(`{${name}}`, example);
  if (/[{}]/.test(filled)) return `has a {place} that is no param: ${url}`;
  if (!URL.canParse(filled)) return `is no URL: ${url}`;
  const { protocol, hostname, username, port } = new URL(filled);
  if (protocol !== 'https:' || username !== '' || port !== '') return `must be plain https: ${url}`;
  return facts.hosts.some((allowed) => hostMatches(allowed, hostname))
    ? null
    : `is on a host that facts.hosts lacks: ${url}`;
}

function paramFaults(facts: ProviderFacts): string[] {
  return facts.params.flatMap(({ name, pattern, example }) => {
    if (!pattern.startsWith('^') || !pattern.endsWith('$')) {
      return [`The pattern of the param "${name}" must be anchored with ^ and $.`];
    }
    return new RegExp(pattern).test(example)
      ? []
      : [`The example of the param "${name}" does not fit its pattern.`];
  });
}

function scopeFaults({ scopes, auth }: ProviderFacts): string[] {
  const reads = new Set([...scopes.read, ...scopes.optionalRead]);
  const faults = scopes.write
    .filter((scope) => reads.has(scope))
    .map((scope) => `The scope "${scope}" is asked for reading and is a writing one.`);
  for (const scope of reads) {
    if (/(^|[^a-z])(write|edit|manage|delete)([^a-z]|$)/i.test(scope)) {
      faults.push(`The scope "${scope}" among those for reading looks like a writing one.`);
    }
  }
  if (auth.kind === 'oauth2' && auth.sendsScope && scopes.read.length === 0) {
    faults.push('facts.scopes.read is empty: name the least that reading needs.');
  }
  return [...faults, ...impliedFaults(scopes)];
}

function impliedFaults({ read, optionalRead, implies = [] }: ScopeFacts): string[] {
  return implies.flatMap(({ scope, gives }) => {
    const faults: string[] = [];
    if (placesIn(scope) !== placesIn(gives) || placesIn(scope) > 1) {
      faults.push(
        `facts.scopes.implies has "${scope}" for "${gives}": write {x} in both, or in neither.`,
      );
    }
    if (![...read, ...optionalRead].some((asked) => scopeWord(gives, asked) !== null)) {
      faults.push(`facts.scopes.implies gives "${gives}", which is no scope that is asked for.`);
    }
    return faults;
  });
}

function placesIn(pattern: string): number {
  return pattern.split('{x}').length - 1;
}

function limitFaults({ limits }: ProviderFacts): string[] {
  const buckets = [limits.account, ...limits.paths];
  const isWrong = buckets.some(({ perSecond, burst }) => !(perSecond > 0) || !(burst >= 1));
  return isWrong || !(limits.concurrent >= 1)
    ? ['facts.limits must be above zero: take a part of what the provider allows.']
    : [];
}

function promiseFaults(facts: ProviderFacts): string[] {
  const faults: string[] = [];
  if (facts.reads.length === 0) faults.push('facts.reads is empty: tell the tenant what is read.');
  if (facts.neverReads.length === 0) {
    faults.push('facts.neverReads is empty: tell the tenant what never is.');
  }
  if (facts.forbiddenFields.length === 0) {
    faults.push('facts.forbiddenFields is empty: name the fields of people and of payment.');
  }
  return faults;
}
