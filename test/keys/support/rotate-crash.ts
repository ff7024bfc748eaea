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

/** Processes that rotate and die on the way. The next one starts while the last one works. */
export class RotatingProcesses {
  #next = startChild();

  constructor(private readonly app: TestApp) {}

  /** @returns whether the process died, or was done before */
  async rotateAndDie(
    errand: Pick<RotateErrand, 'what' | 'tenantId' | 'killAfter'>,
  ): Promise<'killed' | 'done'> {
    const { dataDir, catalogDatabase, sharedDatabase } = this.app.config;
    const whole: RotateErrand = {
      ...errand,
      databaseUrl: controlUrl(),
      config: { dataDir, catalogDatabase, sharedDatabase },
    };
    const child = this.#next;
    const exited = once(child, 'exit') as Promise<[number | null, string | null]>;
    // Not as an argument: the process list shows those to everybody.
    child.stdin.end(JSON.stringify(whole));
    this.#next = startChild();
    const [code, signal] = await exited;
    if (signal === 'SIGKILL') return 'killed';
    if (code === 3) return 'done';
    throw new Error(`The rotating process ended with ${String(code ?? signal)}.`);
  }

  async close(): Promise<void> {
    const exited = once(this.#next, 'exit');
    this.#next.kill('SIGKILL');
    await exited;
  }
}

function startChild() {
  return spawn(
    process.execPath,
    ['--import', file('../../support/register-typescript.mjs'), file('rotate-child.ts')],
    { stdio: ['pipe', 'ignore', 'inherit'], env: { ...process.env, NODE_OPTIONS: '' } },
  );
}

function file(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
