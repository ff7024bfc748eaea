import type { Access, Identity } from '../../tenancy/access.js';

/** A route as tests, documentation and the access hook see it. */
export interface EdgeRoute {
  method: string;
  /** The template, `/v1/members/:id`; what logs and metrics name instead of the URL. */
  path: string;
  access: Access;
  /** Keeps the answer to an Idempotency-Key in the transaction of its effect. */
  keepsItsAnswer: boolean;
  /** Takes the bytes that were sent, unparsed (content-parsers.ts). */
  takesRawBody: boolean;
  /** Its handler reads a body. */
  takesBody: boolean;
  /** Class and method, for messages. */
  controller: string;
  handler: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Null where nothing is routed there, or the request was refused before routing counted. */
    edgeRoute: EdgeRoute | null;
    /** Whose valid credential came; set for members only. */
    identity: Identity | null;
  }
}
