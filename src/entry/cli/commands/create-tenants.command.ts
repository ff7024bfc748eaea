import { Option, SubCommand } from 'nest-commander';
import { CreateTenant } from '../../../control-plane/admin/create-tenant.js';
import { ISOLATIONS, type Isolation } from '../../../tenancy/tenant-record.js';
import { CliCommand, type CommonOptions } from '../cli-command.js';
import { createMany } from '../create-many.js';
import { planTenants } from '../plan-tenants.js';
import { startProgress } from '../progress.js';
import { readChoice, readInteger } from '../read-option.js';
import { withNuMoon } from '../with-numoon.js';
import { writeCreation } from '../creation-view.js';
import { InterruptedError } from '../usage.error.js';

interface Options extends CommonOptions {
  count: number;
  concurrency: number;
  organization: string;
  ownerName: string;
  ownerEmail: string;
  isolation: Isolation;
}

@SubCommand({
  name: 'create',
  description: 'open accounts; each shows its API key this once',
})
export class CreateTenantsCommand extends CliCommand {
  override async run(_none: string[], options: Options): Promise<void> {
    const requests = await planTenants(options);
    await withNuMoon(async ({ get, signal }) => {
      const create = get(CreateTenant);
      const progress = startProgress('tenants', requests.length);
      const creation = await createMany(requests, {
        concurrency: options.concurrency,
        signal,
        create: (request) => create.execute(request),
        onProgress: (created, failed) => progress.update(created, failed),
      });
      progress.stop();
      writeCreation(creation, options.json);
      if (creation.failed.length > 0) process.exitCode = 1;
      if (creation.skipped > 0) throw new InterruptedError();
    });
  }

  @Option({ flags: '--count <n>', description: 'how many', defaultValue: 1 })
  readCount(text: string): number {
    return readInteger('--count', text, 1, 100_000);
  }

  @Option({ flags: '--concurrency <n>', description: 'how many at once', defaultValue: 4 })
  readConcurrency(text: string): number {
    return readInteger('--concurrency', text, 1, 32);
  }

  @Option({
    flags: '--organization <name>',
    description: 'name of the organisation; with --count, NAME 1 to NAME n',
    defaultValue: 'New tenant',
  })
  readOrganization(text: string): string {
    return text;
  }

  @Option({ flags: '--owner-name <name>', description: 'its owner', defaultValue: 'Owner' })
  readOwnerName(text: string): string {
    return text;
  }

  @Option({
    flags: '--owner-email <address>',
    description: 'where the owner signs in; with --count, name+1@... to name+n@...',
    defaultValue: 'owner@example.com',
  })
  readOwnerEmail(text: string): string {
    return text;
  }

  @Option({
    flags: '--isolation <kind>',
    description: 'a database of its own, or a schema in the shared one',
    choices: [...ISOLATIONS],
    defaultValue: 'database',
  })
  readIsolation(text: string): Isolation {
    return readChoice('--isolation', text, ISOLATIONS);
  }
}
