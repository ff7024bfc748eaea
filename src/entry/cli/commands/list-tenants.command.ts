import { Option, SubCommand } from 'nest-commander';
import { adminTenant } from '../../../control-plane/admin/admin.dto.js';
import { TenantsRepository } from '../../../control-plane/catalog/tenants.repository.js';
import { TENANT_STATUSES, type TenantStatus } from '../../../tenancy/tenant-status.js';
import { CliCommand, type CommonOptions } from '../cli-command.js';
import { writeErrorLine, writeJson, writeLine, writeTable } from '../output.js';
import { readChoice, readInteger } from '../read-option.js';
import { withNuMoon } from '../with-numoon.js';

interface Options extends CommonOptions {
  limit: number;
  status?: TenantStatus;
}

@SubCommand({ name: 'list', description: 'tenants, in the order of their ids' })
export class ListTenantsCommand extends CliCommand {
  override async run(_none: string[], options: Options): Promise<void> {
    const { items, nextCursor } = await withNuMoon(({ get }) =>
      get(TenantsRepository).page(options.limit, undefined, options.status),
    );
    const tenants = items.map(adminTenant);
    if (options.json) return writeJson({ items: tenants, nextCursor });
    if (tenants.length === 0) return writeLine('No tenants.');
    writeTable(
      ['id', 'status', 'isolation', 'region', 'created'],
      tenants.map((it) => [it.id, it.status, it.isolation, it.region, it.createdAt]),
    );
    if (nextCursor !== null) writeErrorLine('There are more: raise --limit to see them.');
  }

  @Option({
    flags: '--status <status>',
    description: 'only those in this state',
    choices: TENANT_STATUSES,
  })
  readStatus(text: string): TenantStatus {
    return readChoice('--status', text, TENANT_STATUSES);
  }

  @Option({ flags: '--limit <n>', description: 'at most so many', defaultValue: 100 })
  readLimit(text: string): number {
    return readInteger('--limit', text, 1, 100_000);
  }
}
