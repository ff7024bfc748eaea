import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
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

/** A process that has loaded the keyring's code and does errands, one after the other. */
export class KeyringProcess {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #closed: Promise<unknown[]>;
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
    this.#child.stderr?.on('data', (chunk) => (this.#faults += String(chunk)));
    this.#lines = createInterface(this.#child.stdout as Readable)[Symbol.asyncIterator]();
    this.#closed = once(this.#child, 'close');
  }

  /**
   * @param whileStopped done while the process is stopped at the errand's halt
   * @returns the answer, or `killed` for a process that died of SIGKILL
   */
  async run<T>(errand: Errand, whileStopped?: () => Promise<void>): Promise<T | 'killed'> {
    this.#child.stdin?.write(`${JSON.stringify(errand)}\n`);
    for (;;) {
      const { done, value: line } = await this.#lines.next();
      if (done === true) break;
      if (line !== 'stopped') return JSON.parse(line) as T;
      await whileStopped?.();
      this.#child.kill('SIGCONT');
    }
    const [, signal] = await this.#closed;
    if (signal === 'SIGKILL') return 'killed';
    throw new Error(this.#faults);
  }

  async dismiss(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#closed;
  }
}
