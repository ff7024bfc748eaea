import { Controller, Get, Inject, Module, Scope } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { TENANT_ENTITIES } from '../../tenants/entities/index.js';
import type { BenchTenant } from '../support/backstage.js';
import { answerCalls } from '../support/child.js';
import { serve } from './serve.js';
import { TypeormReads } from './typeorm-read.js';

const CONNECTION = Symbol('connection');

const known = new Map<string, BenchTenant>();
const open = new Map<string, Promise<DataSource>>();

/** The tenant's DataSource, made once. */
function dataSourceOf(tenantId: string): Promise<DataSource> {
  let dataSource = open.get(tenantId);
  if (dataSource === undefined) {
    const { login } = known.get(tenantId) as BenchTenant;
    const { user: username, ...rest } = login;
    dataSource = new DataSource({
      type: 'postgres',
      ...rest,
      username,
      entities: TENANT_ENTITIES,
      installExtensions: false,
      extra: { idleTimeoutMillis: 0 },
    }).initialize();
    open.set(tenantId, dataSource);
  }
  return dataSource;
}

@Controller('bench')
class ReadController {
  constructor(@Inject(CONNECTION) private readonly dataSource: DataSource) {}

  @Get('read')
  read() {
    return TypeormReads.organization(this.dataSource);
  }
}

/** Multi-tenancy as tutorials for Nest and TypeORM teach it: a provider a request, a DataSource a tenant. */
@Module({
  controllers: [ReadController],
  providers: [
    {
      provide: CONNECTION,
      scope: Scope.REQUEST,
      inject: [REQUEST],
      useFactory: (request: { headers: Record<string, string> }) =>
        dataSourceOf(request.headers['x-tenant'] ?? ''),
    },
  ],
})
class TutorialModule {}

answerCalls({
  start: (tenants: BenchTenant[]) => {
    for (const tenant of tenants) known.set(tenant.id, tenant);
    return serve({ module: TutorialModule });
  },
});
