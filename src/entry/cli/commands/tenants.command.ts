import { Command, CommandRunner } from 'nest-commander';
import type { Commander } from '../cli-root.js';
import { UsageError } from '../usage.error.js';
import { CloseTenantCommand } from './close-tenant.command.js';
import { CreateTenantsCommand } from './create-tenants.command.js';
import { ListTenantsCommand } from './list-tenants.command.js';
import { ResumeTenantCommand } from './resume-tenant.command.js';
import { ShowTenantCommand } from './show-tenant.command.js';
import { SuspendTenantCommand } from './suspend-tenant.command.js';

/** The group. By itself it only says what is in it. */
@Command({
  name: 'tenants',
  description: 'create, look at and change tenants',
  subCommands: [
    CreateTenantsCommand,
    ListTenantsCommand,
    ShowTenantCommand,
    SuspendTenantCommand,
    ResumeTenantCommand,
    CloseTenantCommand,
  ],
})
export class TenantsCommand extends CommandRunner {
  override setCommand(command: Commander): this {
    command.exitOverride().usage('COMMAND');
    return super.setCommand(command);
  }

  override async run([unknown]: string[]): Promise<void> {
    if (unknown === undefined) return this.command.help({ error: true });
    throw new UsageError(`There is no command "tenants ${unknown}". See numoon tenants --help.`);
  }
}
