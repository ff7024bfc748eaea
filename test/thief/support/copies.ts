import { execFile } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { OwnNuMoon } from './own-numoon.js';

/** The files of a server that has stopped, as the cluster of another data folder. */
export async function copyCluster({ cluster }: OwnNuMoon, toDataDir: string): Promise<void> {
  // Node's own cp gives the files to us; the server wants them to stay its user's.
  await promisify(execFile)('cp', ['-a', cluster, join(toDataDir, 'postgres')]);
}

/** The key store with its master key, as it is now. */
export async function copyKeys({ dataDir }: OwnNuMoon, toDataDir: string): Promise<void> {
  for (const name of ['keyring', 'master.key']) {
    await cp(join(dataDir, name), join(toDataDir, name), { recursive: true });
  }
}
