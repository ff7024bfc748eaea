import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { noteSecretsOfDataDir } from '../support/canaries/data-dir-secrets.js';
import { searchSinks, throwLeaks } from '../support/canaries/leaks.js';
import { knownSecrets } from '../support/canaries/registry.js';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const READY = /^NuMoon is ready at http:\/\/localhost:(\d+)$/m;
/** The first start also builds. */
const READY_WITHIN_MS = 180_000;
const STOP_WITHIN_MS = 60_000;

export interface RunningProgram {
  port: number;
  /** Until it has printed this. */
  printed(pattern: RegExp, withinMs: number): Promise<void>;
  /** As Ctrl-C does. @returns the exit code @throws LeakError when it printed a password or key */
  interrupt(): Promise<number | null>;
}

/** The environment of somebody who just cloned the project, and not of a test run. */
export function freshEnvironment(own: Record<string, string>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(NODE_OPTIONS|NUMOON_.*|DATABASE_URL|PORT|npm_.*)$/.test(name),
  );
  return { ...Object.fromEntries(inherited), ...own };
}

/** What `npm start` runs, until it says that it is ready. */
export async function startProgram(env: NodeJS.ProcessEnv): Promise<RunningProgram> {
  const child = spawn(process.execPath, ['scripts/start.mjs'], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const interrupt = async (): Promise<number | null> => {
    child.kill('SIGINT');
    const hard = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    const [code] = await exited;
    clearTimeout(hard);
    const { NUMOON_DATA_DIR: dataDir } = env;
    if (dataDir !== undefined) await noteSecretsOfDataDir(dataDir);
    const printed = { name: 'what the program printed', content: Buffer.concat(all) };
    throwLeaks(searchSinks(knownSecrets(), [printed]));
    return code;
  };

  const all: Buffer[] = [];
  let output = '';
  let late: NodeJS.Timeout | undefined;
  try {
    const port = await new Promise<number>((resolve, reject) => {
      const fail = (how: string): void => reject(new Error(`${how}:\n${output}`));
      const listen = (chunk: Buffer): void => {
        all.push(chunk);
        output = (output + chunk.toString()).slice(-20_000);
        const found = READY.exec(output)?.[1];
        if (found !== undefined) resolve(Number(found));
      };
      child.stdout.on('data', listen);
      child.stderr.on('data', listen);
      void exited.then(([code]) => fail(`The program ended with code ${code}`));
      late = setTimeout(() => fail('The program was not ready in time'), READY_WITHIN_MS);
    });
    const printed = async (pattern: RegExp, withinMs: number): Promise<void> => {
      for (const until = Date.now() + withinMs; !pattern.test(output); await sleep(100)) {
        if (Date.now() > until) throw new Error(`It did not print ${pattern}:\n${output}`);
      }
    };
    return { port, printed, interrupt };
  } catch (error) {
    if (child.exitCode === null) await interrupt();
    throw error;
  } finally {
    clearTimeout(late);
  }
}
