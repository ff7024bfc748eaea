import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { searchFolder, searchSinks, throwLeaks, type Sink } from './leaks.js';
import { readRunFile } from './registry.js';

/** The folder that all temporary folders of a run are made in, below the folder of its server. */
export const RUN_TEMP = 'tmp';

/**
 * The last look of a run: what its PostgreSQL wrote to its log, and what its tests left behind, searched
 * for all that any of them planted. `dataDir` is the folder of the run's server, which has stopped.
 *
 * @throws LeakError
 */
export async function searchRun(dataDir: string, runFile: string): Promise<void> {
  // No test of this run planted anything.
  if (!existsSync(runFile)) return;
  const known = readRunFile(runFile);
  const logs: Sink[] = [];
  for (const name of ['postgres.log', 'postgres.log.1']) {
    const path = join(dataDir, name);
    if (existsSync(path)) logs.push({ name, content: await readFile(path) });
  }
  throwLeaks([
    ...searchSinks(known, logs),
    ...(await searchFolder(known, join(dataDir, RUN_TEMP))),
  ]);
}
