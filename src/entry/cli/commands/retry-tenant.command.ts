import { SubCommand } from 'nest-commander';
import { RetryWork } from '../../../control-plane/admin/retry-work.js';
import { CliCommand, type CommonOptions } from '../cli-command.js';
import { writeJson, writeLine } from '../output.js';
import { withNuMoon } from '../with-numoon.js';

@SubCommand({
  name: 'retry',
  arguments: '<id>',
  argsDescription: { id: 'tnt_...' },
  description: 'try at once what has failed for the tenant; a running NuMoon does it',
})
export class RetryTenantCommand extends CliCommand {
  override async run([id = '']: string[], options: CommonOptions): Promise<void> {
    const retried = await withNuMoon(({ get }) => get(RetryWork).execute(id));
    if (options.json) writeJson({ tenantId: id, retried });
    else
      writeLine(retried.length === 0 ? 'Nothing waits.' : `Tried at once: ${retried.join(', ')}`);
  }
}
