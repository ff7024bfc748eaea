import type { Logger } from 'pino';
import type { Config } from '../../../config/load.js';
import type { Secret } from '../../kernel/secret.js';
import type { ReadinessCheck } from './health/readiness.js';
import type { RateLimit } from './rate-limit.js';

/** Counts answered requests by method, route template and status. */
export interface RequestMeter {
  observe(method: string, route: string, status: number, seconds: number): void;
}

/** What GET /metrics answers; a prom-client registry is one. */
export interface MetricsText {
  contentType: string;
  metrics(): Promise<string>;
}

/** What a person reads on the front page. */
export interface AboutThisServer {
  version: string;
  /** `embedded`: the PostgreSQL that came along; `own server`: one that DATABASE_URL names. */
  profile: 'embedded' | 'own server';
}

/** All the edge needs from outside; the rest it takes from the root module (see createHttpApp). */
export interface HttpDeps {
  config: Pick<Config, 'publicUrl' | 'trustedProxies' | 'role'>;
  logger: Logger;
  adminToken: Secret;
  addressLimit: RateLimit;
  tenantLimit: RateLimit;
  meter: RequestMeter;
  metrics: MetricsText;
  /** What must work before this process may get requests. */
  readiness: readonly ReadinessCheck[];
  about: AboutThisServer;
}

/** Injection token of the deps, for the edge's own controllers. */
export const HTTP_DEPS = Symbol('http-deps');
