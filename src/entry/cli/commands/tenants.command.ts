import { Command } from 'nest-commander';
import { CommandGroup } from '../command-group.js';
import { CloseTenantCommand } from './close-tenant.command.js';
import { CreateTenantsCommand } from './create-tenants.command.js';
import { ListTenantsCommand } from './list-tenants.command.js';
import { ResumeTenantCommand } from './resume-tenant.command.js';
import { RetryTenantCommand } from './retry-tenant.command.js';
import { ShowTenantCommand } from './show-tenant.command.js';
import { SuspendTenantCommand } from './suspend-tenant.command.js';

@Command({
  name: 'tenants',
  description: 'create, look at and change tenants',
  subCommands: [
    CreateTenantsCommand,
    ListTenantsCommand,
    ShowTenantCommand,
    SuspendTenantCommand,
    ResumeTenantCommand,
    RetryTenantCommand,
    CloseTenantCommand,
  ],
})
export class TenantsCommand extends CommandGroup {}
