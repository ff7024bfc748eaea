import { Controller, Get, Headers, Module, type DynamicModule } from '@nestjs/common';
import type { Pool } from 'pg';
import { Anyone } from '../../src/tenancy/access.js';
import type { BenchTenant } from '../support/backstage.js';

/** Which pool serves a tenant. */
export abstract class Pools {
  abstract of(tenant: BenchTenant): Pool;
}

export abstract class Tenants {
  abstract readonly byId: ReadonlyMap<string, BenchTenant>;
}

/**
 * `GET /v1/tenant` as somebody would write it who needs no key check, no budget and no encryption: the
 * tenant is in a header, and what is stored is answered as it is (the product has sealed it).
 */
@Controller('v1/tenant')
class TenantController {
  constructor(
    private readonly tenants: Tenants,
    private readonly pools: Pools,
  ) {}

  @Get()
  @Anyone()
  async read(@Headers('x-tenant') id: string) {
    const tenant = this.tenants.byId.get(id);
    if (tenant === undefined) throw new Error('There is no such tenant.');
    const { rows } = await this.pools.of(tenant).query<{ name: Buffer; slug: Buffer }>({
      name: 'organization-read',
      text: 'SELECT name, slug FROM organization',
      values: [],
    });
    const row = rows[0] as { name: Buffer; slug: Buffer };
    const [name, slug] = [row.name.toString('base64'), row.slug.toString('base64')];
    const status = 'active';
    return { id, name, slug, status, isolation: 'database', region: 'local', createdAt: CREATED };
  }
}

const CREATED = new Date();

@Module({})
class PgReadModule {}

export function pgReadModule(tenants: readonly BenchTenant[], pools: Pools): DynamicModule {
  const byId = new Map(tenants.map((tenant) => [tenant.id, tenant]));
  return {
    module: PgReadModule,
    controllers: [TenantController],
    providers: [
      { provide: Tenants, useValue: { byId } },
      { provide: Pools, useValue: pools },
    ],
  };
}
