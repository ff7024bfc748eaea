import type { FastifyRequest } from 'fastify';

export type OriginCheck = (request: FastifyRequest) => boolean;

/**
 * Protection against calls that a browser makes on behalf of another site's page. Browsers tell where
 * a call comes from, in headers no page can forge: Sec-Fetch-Site, or Origin in older ones.
 *
 * @param publicUrl our address as people see it, where it is known; else the Host header of the call
 *   says it, which a page cannot choose either
 */
export function createOriginChecks(publicUrl: string | null) {
  const ownOrigin = publicUrl === null ? null : new URL(publicUrl).origin;

  /** Same origin, another site, or a program that does not say. */
  function provenance(request: FastifyRequest): 'same' | 'foreign' | 'unknown' {
    const { origin } = request.headers;
    const site = request.headers['sec-fetch-site'];
    if (site !== undefined) return site === 'same-origin' ? 'same' : 'foreign';
    if (origin === undefined) return 'unknown';
    const own = origin === ownOrigin || origin === `${request.protocol}://${request.host}`;
    return own ? 'same' : 'foreign';
  }

  return {
    /** Asked of calls with a session cookie: the browser adds it by itself, so only our own pages may. */
    isSameOrigin: (request: FastifyRequest) => provenance(request) === 'same',
    /**
     * Asked of open calls that change something (sign in, accept an invitation): programs may call
     * them, pages of other sites may not. That stops signing somebody in to a stranger's account.
     */
    isForeignOrigin: (request: FastifyRequest) => provenance(request) === 'foreign',
  };
}

/** Methods that change nothing. */
export function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}
