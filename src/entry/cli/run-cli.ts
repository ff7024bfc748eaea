import 'reflect-metadata';
import { CommandFactory } from 'nest-commander';
import { productVersion } from '../version.js';
import { CliModule } from './cli.module.js';
import { exitCodeOf, failureText } from './failure.js';
import { writeErrorLine } from './output.js';

/** What is still open after a failure (a half-opened pool) gets this long to close by itself. */
const LEFTOVERS_MS = 300;

/**
 * Reads the arguments and runs one command. The process ends by itself when all is closed; only after
 * a failure, which may leave something half open, it is made to.
 */
export async function runCli(): Promise<void> {
  quietBrokenPipe();
  try {
    await CommandFactory.run(CliModule, {
      logger: false,
      abortOnError: false,
      version: productVersion(),
      errorHandler: rethrow,
      serviceErrorHandler: rethrow,
      helpConfiguration: { showGlobalOptions: false, sortSubcommands: false },
    });
  } catch (error) {
    const text = failureText(error);
    if (text !== null) writeErrorLine(text);
    process.exitCode = exitCodeOf(error);
    setTimeout(() => process.exit(), LEFTOVERS_MS).unref();
  }
}

function rethrow(error: Error): never {
  throw error;
}

/** `numoon tenants list | head -1` is no failure. */
function quietBrokenPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}
