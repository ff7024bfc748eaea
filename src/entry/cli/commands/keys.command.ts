import { Command } from 'nest-commander';
import { CommandGroup } from '../command-group.js';
import { RotateKeysCommand } from './rotate-keys.command.js';
import { RotateMasterKeyCommand } from './rotate-master-key.command.js';

@Command({
  name: 'keys',
  description: 'rotate keys',
  subCommands: [RotateKeysCommand, RotateMasterKeyCommand],
})
export class KeysCommand extends CommandGroup {}
