import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import helmet, { type HelmetOptions } from 'helmet';

/** Injection token of the policies. */
export const HEADER_POLICIES = Symbol('header-policies');

export type Headers = Readonly<Record<string, string>>;

export interface HeaderPolicies {
  /** Every answer, unless one of the others replaces it. */
  api: Headers;
  /** Pages, Swagger UI among them: style, script and calls from here alone, nothing inline. */
  page: Headers;
  /** Pages that run nothing: those a connection ends on. */
  still: Headers;
}

const NONE = ["'none'"];
const SELF = ["'self'"];

const SEALED = {
  'default-src': NONE,
  'base-uri': NONE,
  'form-action': NONE,
  'frame-ancestors': NONE,
};

const PAGE = {
  ...SEALED,
  'script-src': SELF,
  'style-src': SELF,
  'img-src': [...SELF, 'data:'],
  'connect-src': SELF,
  'form-action': SELF,
};

const STILL = { ...SEALED, 'style-src': SELF, 'img-src': SELF, 'form-action': SELF };

/**
 * The security headers of each kind of answer. They never change while the program runs, so helmet is
 * asked once at start. Asked for every request, as its plugin does, it builds the same texts again and
 * costs as much as all else that happens at this edge.
 *
 * @param https whether people reach us by https: only then may browsers be told to insist on it
 */
export function createHeaderPolicies(https: boolean): HeaderPolicies {
  return {
    api: { ...forData(headersOf(SEALED, https)), 'cache-control': 'no-store' },
    page: headersOf(PAGE, https),
    still: headersOf(STILL, https),
  };
}

/** Leaves out what only matters to documents with windows and links. */
function forData({
  'cross-origin-opener-policy': _opener,
  'x-frame-options': _frames,
  ...headers
}: Headers): Headers {
  return headers;
}

function headersOf(directives: Record<string, string[]>, https: boolean): Headers {
  const options: HelmetOptions = {
    contentSecurityPolicy: { useDefaults: false, directives },
    hsts: https ? { maxAge: 31_536_000, includeSubDomains: true } : false,
    referrerPolicy: { policy: 'no-referrer' },
    frameguard: { action: 'deny' },
    // Of use to browsers nobody has any more; each header is paid for on every answer.
    dnsPrefetchControl: false,
    ieNoOpen: false,
    originAgentCluster: false,
    permittedCrossDomainPolicies: false,
    xssFilter: false,
  };
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  helmet(options)(request, response, () => undefined);
  const headers = Object.entries(response.getHeaders());
  return Object.fromEntries(headers.map(([name, value]) => [name, String(value)]));
}
