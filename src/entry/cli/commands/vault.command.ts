import { Command } from 'nest-commander';
import { CommandGroup } from '../command-group.js';
import { VaultCheckCommand } from './vault-check.command.js';
import { VaultSetupCommand } from './vault-setup.command.js';

@Command({
  name: 'vault',
  description: 'prepare a Vault, and prove what a process may do in it',
  subCommands: [VaultSetupCommand, VaultCheckCommand],
})
export class VaultCommand extends CommandGroup {}
