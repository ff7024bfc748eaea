import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { controlUrl } from '../../../support/test-postgres.js';
import { type Connected, FIXTURES, type SyncApp } from './sync-app.js';

export interface CrashErrand {
  tenantId: string;
  integrationId: string;
  dies: 'before' | 'after';
  /** What time it is for the process, and for the sync. */
  clock: number;
  now: number;
  baseUrl: string;
  connectors: string;
  databaseUrl: string;
  config: { dataDir: string; catalogDatabase: string; sharedDatabase: string };
}

/** Processes that sync and die at the next page. The next one starts while the last one works. */
export class CrashingSyncs {
  #next = startChild();

  constructor(private readonly app: SyncApp) {}

  async syncAndDie(
    { tenant, id }: Connected,
    dies: CrashErrand['dies'],
  ): Promise<'killed' | 'done'> {
    const { dataDir, catalogDatabase, sharedDatabase } = this.app.app.config;
    const errand: CrashErrand = {
      tenantId: tenant.id,
      integrationId: id,
      dies,
      clock: Date.now(),
      now: this.app.settings.now(),
      baseUrl: this.app.teapot.baseUrl,
      connectors: FIXTURES,
      databaseUrl: controlUrl(),
      config: { dataDir, catalogDatabase, sharedDatabase },
    };
    const child = this.#next;
    const exited = once(child, 'exit') as Promise<[number | null, string | null]>;
    // Not as an argument: the process list shows those to everybody.
    child.stdin.end(JSON.stringify(errand));
    this.#next = startChild();
    const [code, signal] = await exited;
    if (signal === 'SIGKILL') return 'killed';
    if (code === 3) return 'done';
    throw new Error(`The syncing process ended with ${String(code ?? signal)}.`);
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
    ['--import', file('../../../support/register-typescript.mjs'), file('crash-child.ts')],
    { stdio: ['pipe', 'ignore', 'inherit'], env: { ...process.env, NODE_OPTIONS: '' } },
  );
}

function file(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
