import { CommandRunner } from 'nest-commander';
import type { Commander } from './cli-root.js';
import { UsageError } from './usage.error.js';

/** Commands that belong together. By itself a group only says what is in it. */
export abstract class CommandGroup extends CommandRunner {
  override setCommand(command: Commander): this {
    command.exitOverride().usage('COMMAND');
    return super.setCommand(command);
  }

  override async run([unknown]: string[]): Promise<void> {
    if (unknown === undefined) return this.command.help({ error: true });
    const group = this.command.name();
    throw new UsageError(`There is no command "${group} ${unknown}". See numoon ${group} --help.`);
  }
}
