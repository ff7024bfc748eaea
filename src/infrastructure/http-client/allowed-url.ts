import ipaddr from 'ipaddr.js';

/** Where calls may lead. */
export interface Allow {
  /** Exact names, or `*.example.com` for exactly one label in front of it. */
  hosts: readonly string[];
  /**
   * The one origin that the operator named in place of the provider (`http://127.0.0.1:4010`): any scheme,
   * port and address. Null in ordinary installations.
   */
  origin: string | null;
}

/** `URL` drops tabs and line ends, and reads `\` as `/`; what was checked by eye must be what is called. */
const NOT_PLAIN = /[^\x21-\x7e]|\\/;

/** Between the scheme and the path. */
const AUTHORITY = /^[a-z]+:\/\/([^/?#]*)/i;

const MAX_LENGTH = 16_384;

/** Names as the DNS has them; a URL's host may also hold `*`, `_` or `!`. */
const NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$/;

export type Checked = { url: URL; placed: boolean } | { refused: string };

/**
 * Reads a URL as it will be called, or says which rule it breaks. `placed`: it leads to the operator's
 * own origin, whose address is not checked.
 */
export function checkUrl(text: string, allow: Allow): Checked {
  if (text.length > MAX_LENGTH) return { refused: 'url-too-long' };
  if (NOT_PLAIN.test(text)) return { refused: 'url-not-plain' };
  const authority = AUTHORITY.exec(text)?.[1];
  if (authority === undefined || !URL.canParse(text)) return { refused: 'url-invalid' };
  if (authority.includes('@')) return { refused: 'userinfo' };
  const url = new URL(text);
  if (text.includes('#')) return { refused: 'fragment' };
  if (allow.origin !== null && url.origin === new URL(allow.origin).origin) {
    return { url, placed: true };
  }
  if (url.protocol !== 'https:') return { refused: 'not-https' };
  if (url.port !== '') return { refused: 'port' };
  const host = plainHost(url.hostname);
  if (isAddress(host)) return { refused: 'address-in-url' };
  if (!NAME.test(host) || !allow.hosts.some((pattern) => hostMatches(pattern, host))) {
    return { refused: 'host-not-listed' };
  }
  url.hostname = host;
  return { url, placed: false };
}

/** `*.example.com` stands for one label in front of it, all else for itself. */
export function hostMatches(pattern: string, host: string): boolean {
  if (!pattern.startsWith('*.')) return plainHost(pattern) === host;
  const parent = plainHost(pattern.slice(1));
  const label = host.slice(0, -parent.length);
  return host.endsWith(parent) && label !== '' && !label.includes('.');
}

/** The same host may be written with a dot at its end, in capitals, or (a name of ours) in Unicode. */
function plainHost(host: string): string {
  const lower = host.toLowerCase();
  return lower.endsWith('.') ? lower.slice(0, -1) : lower;
}

function isAddress(host: string): boolean {
  return host.startsWith('[') || ipaddr.isValid(host);
}
