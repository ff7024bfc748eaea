import type { IncomingMessage } from 'node:http';
import type { AppError } from '../../kernel/app-error.js';
import {
  ExpectationFailedError,
  HostInvalidError,
  RequestUnclearError,
  UrlInvalidError,
} from './http.errors.js';

/** A name, an IPv4 address or an IPv6 one in brackets, with a port or without. */
const HOST = /^(?:\[[0-9a-f:.]{2,45}\]|[a-z0-9_][a-z0-9._-]{0,252})(?::[0-9]{0,5})?$/i;

const ABSOLUTE = /^(https?):\/\/([^/?#]*)/i;

/** Of two, which one counts would be anybody's guess: a proxy in front may have looked at the other. */
const ONCE: ReadonlySet<string> = new Set(['host', 'authorization', 'content-type']);

/**
 * What is wrong with a message by the letter of RFC 9112 and 9110 that Node's parser lets pass; undefined
 * where nothing is. Each of these is read differently by some proxy, which is how requests are smuggled.
 */
export function faultOfMessage(raw: IncomingMessage): AppError | undefined {
  const { headers, url = '/' } = raw;
  if (raw.httpVersionMajor !== 1) {
    return new RequestUnclearError('This server speaks HTTP/1.1 on this port.');
  }
  const twice = twiceIn(raw.rawHeaders);
  if (twice === 'host') return new HostInvalidError('The request has two Host headers.');
  if (twice !== undefined) return new RequestUnclearError(`The header ${twice} came twice.`);
  const { host } = headers;
  if (host === undefined) return new HostInvalidError('The request has no Host header.');
  if (!HOST.test(host)) return new HostInvalidError('The Host header is not a host.');
  if (!isForHost(url, host)) {
    return new HostInvalidError('The address and the Host header name different hosts.');
  }
  // A fragment is never sent; NUL is in no text of ours, and Postgres refuses it late and with the wrong error.
  if (url.includes('#') || url.includes('%00')) return new UrlInvalidError();
  const coding = headers['transfer-encoding'];
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') {
    return new RequestUnclearError('Of transfer codings only chunked is understood.');
  }
  return headers.expect === undefined || isContinue(headers.expect)
    ? undefined
    : new ExpectationFailedError();
}

/** The first of the headers that must come once and came twice. */
function twiceIn(rawHeaders: readonly string[]): string | undefined {
  let seen: Set<string> | undefined;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? '').toLowerCase();
    if (!ONCE.has(name)) continue;
    if (seen?.has(name)) return name;
    seen = (seen ?? new Set()).add(name);
  }
  return undefined;
}

/** An address with a host in it is for proxies, and for whoever says the same host again. */
function isForHost(url: string, host: string): boolean {
  if (url.startsWith('/') || url === '*') return true;
  const [, scheme = '', authority = ''] = ABSOLUTE.exec(url) ?? [];
  if (scheme === '') return url.startsWith('*');
  const port = scheme.toLowerCase() === 'https' ? /:443$/ : /:80$/;
  const plain = (text: string): string => text.toLowerCase().replace(port, '').replace(/:$/, '');
  return plain(authority) === plain(host);
}

function isContinue(expect: string): boolean {
  return expect.split(',').every((one) => one.trim().toLowerCase() === '100-continue');
}
