import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { TestApp } from '../../support/test-app.js';
import { controlUrl } from '../../support/test-postgres.js';

export interface RotateErrand {
  what: 'keys' | 'login';
  tenantId: string;
  /** Calls to anything outside after which the process dies. */
  killAfter: number;
  databaseUrl: string;
  config: { dataDir: string; catalogDatabase: string; sharedDatabase: string };
}

/** Lets another process rotate, and die on the way. @returns whether it died, or was done before */
export async function rotateAndDie(
  app: TestApp,
  errand: Pick<RotateErrand, 'what' | 'tenantId' | 'killAfter'>,
): Promise<'killed' | 'done'> {
  const { dataDir, catalogDatabase, sharedDatabase } = app.config;
  const whole: RotateErrand = {
    ...errand,
    databaseUrl: controlUrl(),
    config: { dataDir, catalogDatabase, sharedDatabase },
  };
  const child = spawn(
    process.execPath,
    ['--import', file('../../support/register-typescript.mjs'), file('rotate-child.ts')],
    { stdio: ['pipe', 'ignore', 'inherit'], env: { ...process.env, NODE_OPTIONS: '' } },
  );
  // Not as an argument: the process list shows those to everybody.
  child.stdin.end(JSON.stringify(whole));
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  if (signal === 'SIGKILL') return 'killed';
  if (code === 3) return 'done';
  throw new Error(`The rotating process ended with ${String(code ?? signal)}.`);
}

function file(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
