import { CommandRunner, Option } from 'nest-commander';
import type { Commander } from './cli-root.js';

export interface CommonOptions {
  json?: boolean;
}

/** What all commands share: strict arguments, --json, and failures that reach `run-cli.ts` as errors. */
export abstract class CliCommand extends CommandRunner {
  override setCommand(command: Commander): this {
    command
      // nest-commander does so for the root only; without it commander exits by itself, with code 1.
      .exitOverride()
      .allowExcessArguments(false)
      .showHelpAfterError('(add --help to see what it takes)');
    return super.setCommand(command);
  }

  @Option({ flags: '--json', description: 'print one JSON document and nothing else' })
  readJson(): boolean {
    return true;
  }
}
