import type { DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ReportTampering } from '../../src/data-plane/audit/report-tampering.js';
import { openFoundation, type Foundation } from '../../src/entry/composition/foundation.js';
import { createIdempotency } from '../../src/entry/composition/idempotency.js';
import { createLimits } from '../../src/entry/composition/limits.js';
import { rootModule } from '../../src/entry/composition/root.module.js';
import { createHttpApp } from '../../src/entry/http/create-http-app.js';
import { createLogger } from '../../src/infrastructure/logging/logger.js';
import { Secret } from '../../src/kernel/secret.js';
import { foundationOptions } from './keeping.js';
import { servedConfig, type Installation } from './settings.js';

export interface ServedProduct {
  port: number;
  app: NestFastifyApplication;
  foundation: Foundation;
}

/**
 * The HTTP side of the product, put together as `runServer` does it, with the keys that the
 * installation asks for. Contenders that differ in them only are both served by this.
 *
 * @param around adds to the root module
 */
export async function serveProduct(
  installation: Installation,
  around: (root: DynamicModule, foundation: Foundation) => DynamicModule = (root) => root,
): Promise<ServedProduct> {
  const config = servedConfig(installation);
  const foundation = await openFoundation(
    config,
    new Secret(installation.controlUrl),
    (context) => createLogger({ level: config.logLevel, context }),
    await foundationOptions(installation.keeping ?? 'sealed', config),
  );
  const limits = createLimits(foundation);
  const root = rootModule({ foundation, limits, publicUrl: () => 'http://localhost' });
  const app = await createHttpApp(around(root, foundation), {
    config,
    logger: foundation.logger,
    adminToken: new Secret('adm_bench'),
    metrics: foundation.metrics,
    readiness: [],
    about: { version: 'bench', profile: 'embedded' },
    idempotency: createIdempotency(foundation),
  });
  const tampering = app.get(ReportTampering, { strict: false });
  foundation.onTampering((error) => tampering.execute(error));
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as { port: number };
  return { port, app, foundation };
}
