import { Injectable } from '@nestjs/common';
import { InjectCommander, type CommandRunner } from 'nest-commander';

/** commander's own class, which is no direct dependency of ours. */
export type Commander = Parameters<CommandRunner['setCommand']>[0];

const MORE = `
Works on the server that DATABASE_URL names, else on the embedded one in NUMOON_DATA_DIR (.numoon),
also while NuMoon is running. Exit code: 0 done, 1 failed, 2 wrong use, 130 interrupted.`;

/** Names the program and explains it, where commander would take the name of the file. */
@Injectable()
export class CliRoot {
  constructor(@InjectCommander() commander: unknown) {
    (commander as Commander)
      .name('numoon')
      .description('Administers a NuMoon: every customer a database of its own.')
      .showHelpAfterError('(add --help to see what there is)')
      .addHelpText('after', MORE);
  }
}
