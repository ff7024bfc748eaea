import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { noteSecretsOfDataDir } from '../../support/canaries/data-dir-secrets.js';
import { searchSinks, throwLeaks } from '../../support/canaries/leaks.js';
import { knownSecrets, noteUrl } from '../../support/canaries/registry.js';
import { createTestCatalogNames, controlUrl } from '../../support/test-postgres.js';
import { createTempFolder } from '../../support/temp-servers.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export interface CliResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

export type Env = Record<string, string>;

/** A control plane of the test's own on the run's server, as the environment of a command. */
export async function cliEnvironment(): Promise<Env & { NUMOON_CATALOG_DATABASE: string }> {
  const { catalogDatabase, sharedDatabase } = createTestCatalogNames();
  noteUrl('database password', controlUrl());
  return {
    DATABASE_URL: controlUrl(),
    NUMOON_CATALOG_DATABASE: catalogDatabase,
    NUMOON_SHARED_DATABASE: sharedDatabase,
    ...(await dataDirEnvironment()),
  };
}

/** Without a server: the command uses the embedded one in this folder. */
export async function dataDirEnvironment(): Promise<Env & { NUMOON_DATA_DIR: string }> {
  return {
    NUMOON_DATA_DIR: await createTempFolder(),
    NUMOON_STOCK_DATABASES: '0',
    NUMOON_STOCK_SCHEMAS: '0',
  };
}

/** The CLI as people run it, a process of its own, from the source. */
export function startCli(env: Env, ...args: string[]): ChildProcess {
  const program = ['--import', './test/support/register-typescript.mjs', 'src/entry/cli/main.ts'];
  return spawn(process.execPath, [...program, ...args], {
    cwd: ROOT,
    env: { ...inherited(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** @throws LeakError when the command printed a password of a database or the master key */
export async function runCli(env: Env, ...args: string[]): Promise<CliResult> {
  const result = await resultOf(startCli(env, ...args));
  const { NUMOON_DATA_DIR: dataDir } = env;
  if (dataDir !== undefined) await noteSecretsOfDataDir(dataDir);
  const sinks = (['stdout', 'stderr'] as const).map((name) => {
    return { name: `${name} of a command`, content: result[name] };
  });
  throwLeaks(searchSinks(knownSecrets(), sinks));
  return result;
}

export async function resultOf(child: ChildProcess): Promise<CliResult> {
  if (child.stdout === null || child.stderr === null) throw new Error('Started without pipes.');
  const closed = once(child, 'close') as Promise<[number | null]>;
  const [[code], stdout, stderr] = await Promise.all([
    closed,
    text(child.stdout),
    text(child.stderr),
  ]);
  return { code, stdout, stderr };
}

/** What --json printed; throws when anything else was printed with it. */
export function jsonOf<T>(result: CliResult): T {
  try {
    return JSON.parse(result.stdout) as T;
  } catch {
    throw new Error(`Not one JSON document (exit ${result.code}): ${JSON.stringify(result)}`);
  }
}

function inherited(): NodeJS.ProcessEnv {
  const names = ['PATH', 'HOME', 'TMPDIR', 'LANG'];
  return Object.fromEntries(names.map((name) => [name, process.env[name]]));
}
