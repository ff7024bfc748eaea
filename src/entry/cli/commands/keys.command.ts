import { Command, CommandRunner } from 'nest-commander';
import type { Commander } from '../cli-root.js';
import { UsageError } from '../usage.error.js';
import { RotateKeysCommand } from './rotate-keys.command.js';
import { RotateMasterKeyCommand } from './rotate-master-key.command.js';

/** The group. By itself it only says what is in it. */
@Command({
  name: 'keys',
  description: 'rotate keys',
  subCommands: [RotateKeysCommand, RotateMasterKeyCommand],
})
export class KeysCommand extends CommandRunner {
  override setCommand(command: Commander): this {
    command.exitOverride().usage('COMMAND');
    return super.setCommand(command);
  }

  override async run([unknown]: string[]): Promise<void> {
    if (unknown === undefined) return this.command.help({ error: true });
    throw new UsageError(`There is no command "keys ${unknown}". See numoon keys --help.`);
  }
}
