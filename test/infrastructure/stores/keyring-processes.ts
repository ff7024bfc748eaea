import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface Place {
  file: string;
  storeDir: string;
}

/** Where a process is stopped for a while, or dies: before its nth change of the disk. */
export interface Halt {
  change: number;
  signal: 'SIGSTOP' | 'SIGKILL';
}

export type Errand =
  | { kind: 'rotate'; place: Place; halt?: Halt }
  | { kind: 'write'; place: Place; tenantId: string; halt?: Halt }
  | { kind: 'reads'; place: Place; tenantId: string; text: string }
  | { kind: 'work'; place: Place; tenants: string[]; workers: number; rounds: number };

/** What a working process was told had been done. */
export interface Worked {
  texts: { tenantId: string; text: string; hex: string }[];
  values: { tenantId: string; name: string; round: string }[];
  won: { tenantId: string; name: string; by: string }[];
  rotations: Record<string, number>;
}

export interface Written {
  /** Of the disk. */
  changes: number;
  created: boolean;
  newest: number;
  text: string;
}

/** A process that has loaded the keyring's code and waits for one errand. */
export class KeyringProcess {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown[]>;
  #out = '';
  #faults = '';

  constructor() {
    this.#child = spawn(
      process.execPath,
      [
        '--import',
        new URL('../../support/register-typescript.mjs', import.meta.url).href,
        fileURLToPath(new URL('keyring-child.ts', import.meta.url)),
      ],
      { stdio: 'pipe', env: { ...process.env, NODE_OPTIONS: '' } },
    );
    this.#child.stdout?.on('data', (chunk) => (this.#out += String(chunk)));
    this.#child.stderr?.on('data', (chunk) => (this.#faults += String(chunk)));
    this.#closed = once(this.#child, 'close');
  }

  /**
   * @param whileStopped done while the process is stopped at the errand's halt
   * @returns the answer, or `killed` for a process that died of SIGKILL
   */
  async run<T>(errand: Errand, whileStopped?: () => Promise<void>): Promise<T | 'killed'> {
    await this.#said('ready\n');
    this.#child.stdin?.write(`${JSON.stringify(errand)}\n`);
    if (whileStopped !== undefined && (await this.#said('stopped\n'))) {
      await whileStopped();
      this.#child.kill('SIGCONT');
    }
    const [code, signal] = await this.#closed;
    if (signal === 'SIGKILL') return 'killed';
    if (code !== 0) throw new Error(this.#faults);
    return JSON.parse(this.#out.replace(/^ready\n(stopped\n)?/, '')) as T;
  }

  /** False for a process that ended without saying it. */
  async #said(line: string): Promise<boolean> {
    const ended = this.#closed.then(() => 'ended');
    const more = () => once(this.#child.stdout as NodeJS.ReadableStream, 'data');
    while (!this.#out.includes(line)) {
      if ((await Promise.race([more(), ended])) === 'ended') break;
    }
    return this.#out.includes(line);
  }

  async dismiss(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#closed;
  }
}
