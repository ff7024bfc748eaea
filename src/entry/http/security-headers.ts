import helmet, { type FastifyHelmetOptions } from '@fastify/helmet';
import fastify from 'fastify';

/** Injection token of the policies. */
export const HEADER_POLICIES = Symbol('header-policies');

export type Headers = Readonly<Record<string, string>>;

export interface HeaderPolicies {
  /** Every answer, unless one of the others replaces it. */
  api: Headers;
  /** Our own pages: style, script and calls from here alone. */
  page: Headers;
  /** Swagger UI, which in addition writes style attributes and draws its icons from data: URLs. */
  docs: Headers;
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

const DOCS = { ...PAGE, 'style-src': [...SELF, "'unsafe-inline'"] };

/**
 * The security headers of each kind of answer. They never change while the program runs, so helmet is
 * asked once at start, through a server of its own that nothing else uses: asking it for every request
 * builds the same texts again and costs as much as all else that happens at this edge.
 *
 * @param https whether people reach us by https: only then may browsers be told to insist on it
 */
export async function createHeaderPolicies(https: boolean): Promise<HeaderPolicies> {
  const [api, page, docs] = await Promise.all(
    [SEALED, PAGE, DOCS].map((directives) => headersOf(directives, https)),
  );
  if (api === undefined || page === undefined || docs === undefined) throw new Error('unreachable');
  return { api: { ...api, 'cache-control': 'no-store' }, page, docs };
}

async function headersOf(
  directives: Record<string, string[]>,
  https: boolean,
): Promise<Record<string, string>> {
  const options: FastifyHelmetOptions = {
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
  const probe = fastify({ logger: false });
  await probe.register(helmet, options);
  probe.get('/', (_request, reply) => reply.send());
  const answer = await probe.inject({ url: '/' });
  await probe.close();
  const own = ['connection', 'content-length', 'date', 'keep-alive'];
  return Object.fromEntries(
    Object.entries(answer.headers)
      .filter(([name]) => !own.includes(name))
      .map(([name, value]) => [name, String(value)]),
  );
}
