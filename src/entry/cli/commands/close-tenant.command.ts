import { Option, SubCommand } from 'nest-commander';
import { ChangeTenant } from '../../../control-plane/admin/change-tenant.js';
import { GRACE_DAYS } from '../../../control-plane/closure/request-closure.js';
import { CliCommand, type CommonOptions } from '../cli-command.js';
import { writeJson, writeProperties } from '../output.js';
import { readInteger } from '../read-option.js';
import { withNuMoon } from '../with-numoon.js';

interface Options extends CommonOptions {
  graceDays?: number;
}

@SubCommand({
  name: 'close',
  arguments: '<id>',
  argsDescription: { id: 'tnt_...' },
  description: 'close the account; a running NuMoon purges it when the grace is over',
})
export class CloseTenantCommand extends CliCommand {
  override async run([id = '']: string[], options: Options): Promise<void> {
    const { closureId, purgeAt } = await withNuMoon(({ get }) =>
      get(ChangeTenant).close(id, options.graceDays),
    );
    // Not the status link: it holds a token. POST /admin/tenants/:id/close gives it, also afterwards.
    if (options.json) return writeJson({ tenantId: id, closureId, purgeAt });
    writeProperties({ id, closure: closureId, 'purge at': purgeAt });
  }

  @Option({
    flags: '--grace-days <n>',
    description: `days in which it can be cancelled, ${GRACE_DAYS.min} to ${GRACE_DAYS.max} (default: ${GRACE_DAYS.default}); 0 purges at once`,
  })
  readGraceDays(text: string): number {
    return readInteger('--grace-days', text, GRACE_DAYS.min, GRACE_DAYS.max);
  }
}
