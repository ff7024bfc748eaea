import { Command, CommandRunner } from 'nest-commander';
import type { Commander } from '../cli-root.js';
import { UsageError } from '../usage.error.js';
import { VaultCheckCommand } from './vault-check.command.js';
import { VaultSetupCommand } from './vault-setup.command.js';

/** The group. By itself it only says what is in it. */
@Command({
  name: 'vault',
  description: 'prepare a Vault, and prove what a process may do in it',
  subCommands: [VaultSetupCommand, VaultCheckCommand],
})
export class VaultCommand extends CommandRunner {
  override setCommand(command: Commander): this {
    command.exitOverride().usage('COMMAND');
    return super.setCommand(command);
  }

  override async run([unknown]: string[]): Promise<void> {
    if (unknown === undefined) return this.command.help({ error: true });
    throw new UsageError(`There is no command "vault ${unknown}". See numoon vault --help.`);
  }
}
