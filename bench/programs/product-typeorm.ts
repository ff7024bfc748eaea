import { Controller, Get, Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { TypeormReads } from '../peers/typeorm-read.js';
import { answerCalls } from '../support/child.js';
import { benchConfig, type Installation } from '../support/settings.js';
import { openFoundation } from '../../src/entry/composition/foundation.js';
import { createLimits } from '../../src/entry/composition/limits.js';
import { rootModule } from '../../src/entry/composition/root.module.js';
import { createHttpApp } from '../../src/entry/http/create-http-app.js';
import { createLogger } from '../../src/infrastructure/logging/logger.js';
import { Secret } from '../../src/kernel/secret.js';
import { Members } from '../../src/tenancy/access.js';

/** The one route of the figure: what a data-plane controller that uses TypeORM looks like. */
@Controller('bench')
class TypeormController {
  constructor(private readonly dataSource: DataSource) {}

  @Get('read')
  @Members('owner')
  read() {
    return TypeormReads.organization(this.dataSource);
  }
}

@Module({})
class BenchModule {}

/** The product's edge and seam with that route beside its own. */
answerCalls({
  start: async ({ dataDir, controlUrl, overrides }: Installation): Promise<number> => {
    const config = benchConfig(dataDir, { role: 'api', ...overrides });
    const foundation = await openFoundation(config, new Secret(controlUrl), (context) =>
      createLogger({ level: config.logLevel, context }),
    );
    const limits = createLimits(config, foundation.catalog.pool, foundation.hash);
    const root = rootModule({ foundation, limits, publicUrl: () => 'http://localhost' });
    const app = await createHttpApp(
      { module: BenchModule, imports: [root], controllers: [TypeormController] },
      {
        config,
        logger: foundation.logger,
        adminToken: new Secret('adm_bench'),
        metrics: foundation.metrics,
        readiness: [],
        about: { version: 'bench', profile: 'embedded' },
      },
    );
    await app.listen(0, '127.0.0.1');
    return (app.getHttpServer().address() as { port: number }).port;
  },
});
