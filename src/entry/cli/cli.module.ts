import { Module } from '@nestjs/common';
import { CliRoot } from './cli-root.js';
import { CheckIsolationCommand } from './commands/check-isolation.command.js';
import { CheckConnectorsCommand } from './commands/check-connectors.command.js';
import { CloseTenantCommand } from './commands/close-tenant.command.js';
import { ConnectorsCommand } from './commands/connectors.command.js';
import { CreateTenantsCommand } from './commands/create-tenants.command.js';
import { DoctorCommand } from './commands/doctor.command.js';
import { KeysCommand } from './commands/keys.command.js';
import { ListTenantsCommand } from './commands/list-tenants.command.js';
import { NewConnectorCommand } from './commands/new-connector.command.js';
import { ResumeTenantCommand } from './commands/resume-tenant.command.js';
import { RetryTenantCommand } from './commands/retry-tenant.command.js';
import { RotateKeysCommand } from './commands/rotate-keys.command.js';
import { RotateMasterKeyCommand } from './commands/rotate-master-key.command.js';
import { ShowTenantCommand } from './commands/show-tenant.command.js';
import { SuspendTenantCommand } from './commands/suspend-tenant.command.js';
import { TenantsCommand } from './commands/tenants.command.js';
import { VaultCheckCommand } from './commands/vault-check.command.js';
import { VaultSetupCommand } from './commands/vault-setup.command.js';
import { VaultCommand } from './commands/vault.command.js';

/** The commands alone. What they work with is opened by the one that runs, so that --help costs nothing. */
@Module({
  providers: [
    CliRoot,
    TenantsCommand,
    CreateTenantsCommand,
    ListTenantsCommand,
    ShowTenantCommand,
    SuspendTenantCommand,
    ResumeTenantCommand,
    RetryTenantCommand,
    CloseTenantCommand,
    DoctorCommand,
    CheckIsolationCommand,
    KeysCommand,
    RotateKeysCommand,
    RotateMasterKeyCommand,
    VaultCommand,
    VaultSetupCommand,
    VaultCheckCommand,
    ConnectorsCommand,
    NewConnectorCommand,
    CheckConnectorsCommand,
  ],
})
export class CliModule {}
