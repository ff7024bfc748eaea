import { SubCommand } from 'nest-commander';
import { ShowTenant } from '../../../control-plane/admin/show-tenant.js';
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
    const { record, organization } = await withNuMoon(({ get }) => get(ShowTenant).execute(id));
    writeTenant(record, options.json, organization);
  }
}
