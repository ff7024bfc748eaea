import { Option, SubCommand } from 'nest-commander';
import type { Change } from '../../../infrastructure/vault/setup/change.js';
import {
  issueCredentials,
  type IssuedCredentials,
} from '../../../infrastructure/vault/setup/issue-credentials.js';
import { planSetup } from '../../../infrastructure/vault/setup/plan-setup.js';
import {
  PROCESS_ROLES,
  type ProcessRole,
} from '../../../infrastructure/vault/setup/process-roles.js';
import { CliCommand, type CommonOptions } from '../cli-command.js';
import { readChoice } from '../read-option.js';
import { withVault } from './vault-access.js';
import { writeSetup } from './vault-setup-view.js';

interface Options extends CommonOptions {
  yes?: boolean;
  issue?: ProcessRole;
}

@SubCommand({
  name: 'setup',
  description: 'engines, policies and AppRoles in Vault: shows what would change; --yes changes it',
})
export class VaultSetupCommand extends CliCommand {
  override async run(_none: string[], options: Options): Promise<void> {
    await withVault('operator', async ({ vault, mounts }) => {
      const changes = await planSetup(vault.client, mounts);
      const applies = options.yes === true && changes.length > 0;
      if (applies) await apply(changes);
      const isReady = changes.length === 0 || applies;
      let issued: IssuedCredentials | null = null;
      if (options.issue !== undefined && isReady) {
        issued = await issueCredentials(vault.client, options.issue);
      }
      writeSetup({ changes, applied: applies, wanted: options.issue, issued }, options.json);
      if (!isReady) process.exitCode = 1;
    });
  }

  @Option({ flags: '--yes', description: 'make the changes; without it they are only shown' })
  readYes(): boolean {
    return true;
  }

  @Option({
    flags: '--issue <role>',
    description: 'print a new secret id for processes of this role (api, worker, all), this once',
    choices: [...PROCESS_ROLES],
  })
  readIssue(text: string): ProcessRole {
    return readChoice('--issue', text, PROCESS_ROLES);
  }
}

/** In their order: a policy is there before the role that names it. Cut off, the next run goes on. */
async function apply(changes: readonly Change[]): Promise<void> {
  for (const change of changes) await change.apply();
}
