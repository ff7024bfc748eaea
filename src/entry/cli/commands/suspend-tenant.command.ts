import { SubCommand } from 'nest-commander';
import { ChangeTenant } from '../../../control-plane/admin/change-tenant.js';
import { CliCommand, type CommonOptions } from '../cli-command.js';
import { writeTenant } from '../tenant-view.js';
import { withNuMoon } from '../with-numoon.js';

@SubCommand({
  name: 'suspend',
  arguments: '<id>',
  argsDescription: { id: 'tnt_...' },
  description: 'let nobody of the tenant in',
})
export class SuspendTenantCommand extends CliCommand {
  override async run([id = '']: string[], options: CommonOptions): Promise<void> {
    const tenant = await withNuMoon(({ get }) => get(ChangeTenant).suspend(id));
    writeTenant(tenant, options.json);
  }
}
