import { Controller, Get, Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { TypeormReads } from '../peers/typeorm-read.js';
import { answerCalls } from '../support/child.js';
import { serveProduct } from '../support/serve-product.js';
import type { Installation } from '../support/settings.js';
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
  start: async (installation: Installation): Promise<number> => {
    const { port } = await serveProduct(installation, (root, { tenantDataSource }) => ({
      module: BenchModule,
      imports: [root],
      controllers: [TypeormController],
      providers: [{ provide: DataSource, useValue: tenantDataSource }],
    }));
    return port;
  },
});
