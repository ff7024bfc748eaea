import { Module, type DynamicModule } from '@nestjs/common';
import { createHttpApp } from '../../src/entry/http/create-http-app.js';
import { createLogger } from '../../src/infrastructure/logging/logger.js';
import { createMetrics } from '../../src/infrastructure/telemetry/metrics.js';
import { Secret } from '../../src/kernel/secret.js';
import { Credentials } from '../../src/tenancy/access.js';
import { Tenancy } from '../../src/tenancy/tenancy.js';

@Module({})
class BehindEdgeModule {}

/**
 * The peer's controllers behind the product's own HTTP edge (request ids, security headers, limits by
 * address, strict JSON, log and histogram), as open routes: what is left between it and the product is
 * the key check, the resolver, the scope and the budgeted pools.
 *
 * @returns its port
 */
export async function serveBehindEdge(module: DynamicModule): Promise<number> {
  const nobody = { byApiKey: async () => null, bySession: async () => null };
  const nowhere = { peek: () => undefined, find: async () => null };
  const app = await createHttpApp(
    {
      module: BehindEdgeModule,
      imports: [module],
      providers: [
        { provide: Tenancy, useValue: new Tenancy(nowhere) },
        { provide: Credentials, useValue: nobody },
      ],
    },
    {
      config: {
        publicUrl: null,
        trustedProxies: [],
        role: 'api',
        addressRequestsPerSecond: 1_000_000,
        tenantRequestsPerSecond: 1_000_000,
      },
      logger: createLogger({ level: 'info' }),
      adminToken: new Secret('adm_bench'),
      metrics: createMetrics(),
      readiness: [],
      about: { version: 'bench', profile: 'embedded' },
    },
  );
  await app.listen(0, '127.0.0.1');
  return (app.getHttpServer().address() as { port: number }).port;
}
