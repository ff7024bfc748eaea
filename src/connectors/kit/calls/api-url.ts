import type { Provider } from '../../providers.js';
import type { Query } from '../provider-client.js';
import { fillParams } from './fill-params.js';
import { hostsOf } from './send-to-provider.js';

/** A URL of a provider's API, and its path as the facts' limits and reading posts name it. */
export type ApiUrl = { url: string; path: string; hosts: readonly string[] } | { refused: string };

/**
 * @param path below the API's base URL; or a whole URL, as pagination links are, on the base URL's
 *   own host or one that the facts name exactly. Never on another one that only a `*` lets in: there
 *   the token of one shop would go to another.
 */
export function apiUrl(
  provider: Provider,
  params: Readonly<Record<string, string>>,
  path: string,
  query: Query = {},
): ApiUrl {
  const { facts } = provider.connector;
  const base = fillParams(facts.api.baseUrl, facts.params, params)?.replace(/\/+$/, '');
  if (base === undefined || !URL.canParse(base)) return { refused: 'params' };
  const whole = /^[a-z][a-z0-9+.-]*:/i.test(path);
  // `//host` would be read as another host elsewhere, if not here.
  if (!whole && !/^\/(?!\/)/.test(path)) return { refused: 'path' };
  const text = whole ? path : `${base}${path}`;
  if (!URL.canParse(text)) return { refused: 'url-invalid' };
  const url = new URL(text);
  // A path that the URL's rules made another (`..`, `//host`) is not the one that was asked for.
  if (!whole && !url.href.startsWith(`${new URL(base).href.replace(/\/+$/, '')}/`)) {
    return { refused: 'path' };
  }
  if (/(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i.test(text.split(/[?#]/)[0] ?? ''))
    return { refused: 'path' };
  const names = hostsOf(provider, params).filter((host) => !host.startsWith('*'));
  return {
    // Not as `URL` puts it right: what was given is for checkUrl to see.
    url: withQuery(text, query),
    path: relative(url.pathname, new URL(base).pathname),
    hosts: [...new Set([new URL(base).hostname, ...names])],
  };
}

function relative(pathname: string, basePath: string): string {
  const prefix = basePath.replace(/\/+$/, '');
  return pathname.startsWith(`${prefix}/`) ? pathname.slice(prefix.length) : pathname;
}

function withQuery(text: string, query: Query): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? (value as readonly string[]) : [value]) {
      params.append(name, String(one));
    }
  }
  if (params.size === 0) return text;
  return `${text}${text.includes('?') ? '&' : '?'}${params.toString()}`;
}
