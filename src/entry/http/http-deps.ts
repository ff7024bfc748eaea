import type { Logger } from 'pino';
import type { Config } from '../../../config/load.js';
import type { Metrics } from '../../infrastructure/telemetry/metrics.js';
import type { SealedResponses } from '../../infrastructure/idempotency/sealed-responses.js';
import type { Secret } from '../../kernel/secret.js';
import type { ReadinessCheck } from './health/readiness.js';

/** What a person reads on the front page. */
export interface AboutThisServer {
  version: string;
  /** `embedded`: the PostgreSQL that came along; `own server`: one that DATABASE_URL names. */
  profile: 'embedded' | 'own server';
}

/** Where answers to calls with an Idempotency-Key are kept, by whose call it is. */
export interface IdempotencyStores {
  /** Effect and answer in one transaction of the catalog. */
  catalogAtomic: SealedResponses;
  catalog: SealedResponses;
  /** Of the tenant in scope. */
  tenant: SealedResponses;
}

/** All the edge needs from outside; the rest it takes from the root module (see createHttpApp). */
export interface HttpDeps {
  config: Pick<
    Config,
    'publicUrl' | 'trustedProxies' | 'role' | 'addressRequestsPerSecond' | 'tenantRequestsPerSecond'
  >;
  logger: Logger;
  adminToken: Secret;
  metrics: Pick<Metrics, 'httpRequest' | 'registry'>;
  /** What must work before this process may get requests. */
  readiness: readonly ReadinessCheck[];
  about: AboutThisServer;
  /** Absent: the header is not honoured (tests of the edge alone). */
  idempotency?: IdempotencyStores;
}

/** Injection token of the deps, for the edge's own controllers. */
export const HTTP_DEPS = Symbol('http-deps');
