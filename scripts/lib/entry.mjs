import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { Failure } from './fail.mjs';
import { inProject } from './project.mjs';

/**
 * Goes on as the compiled program, in this same process: signals, exit code and a kill -9 concern
 * the program itself and not a parent that would have to pass them on.
 */
export async function becomeProgram(file, args) {
  const path = inProject('dist', file);
  if (!existsSync(path)) throw new Failure(`${path} is not there: the build has no such program.`);
  process.argv = [process.execPath, path, ...args];
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(path).href);
}
