import { SubCommand } from 'nest-commander';
import { ChangeTenant } from '../../../control-plane/admin/change-tenant.js';
import { CliCommand, type CommonOptions } from '../cli-command.js';
import { writeTenant } from '../tenant-view.js';
import { withNuMoon } from '../with-numoon.js';

@SubCommand({
  name: 'show',
  arguments: '<id>',
  argsDescription: { id: 'tnt_...' },
  description: 'one tenant and where it lives',
})
export class ShowTenantCommand extends CliCommand {
  override async run([id = '']: string[], options: CommonOptions): Promise<void> {
    const tenant = await withNuMoon(({ get }) => get(ChangeTenant).show(id));
    writeTenant(tenant, options.json);
  }
}
