import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Isolation } from '../../src/tenancy/tenant-record.js';
import type { Premises } from './lifecycle-control-plane.js';

/** Exactly where a process dies. */
export interface Boundary {
  hook: 'before' | 'after';
  step: string;
}

/** What the child does until then. */
export type Errand =
  | { kind: 'signup'; isolation: Isolation; at: Boundary }
  | { kind: 'purge'; tenantId: string; at: Boundary };

/** Before every step and after the last; after any other nothing happens before the next begins. */
export function boundariesOf(steps: readonly { name: string }[]): Boundary[] {
  const before = steps.map(({ name }) => ({ hook: 'before' as const, step: name }));
  const last = steps.at(-1);
  return last === undefined ? before : [...before, { hook: 'after', step: last.name }];
}

/** A process with a control plane of its own, opened and waiting for its errand. */
export class CrashingProcess {
  readonly #child: ChildProcess;
  readonly #ready: Promise<unknown>;
  readonly #exited: Promise<unknown[]>;

  constructor(premises: Premises) {
    this.#child = spawn(
      process.execPath,
      ['--import', file('register-typescript.mjs'), file('lifecycle-crash-child.ts')],
      { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, NODE_OPTIONS: '' } },
    );
    this.#exited = once(this.#child, 'exit');
    if (this.#child.stdout === null) throw new Error('A child without an output.');
    this.#ready = once(createInterface(this.#child.stdout), 'line');
    this.#send(premises);
  }

  /** Resolves once the process is dead. @returns how it died: a signal, or the code it ended with */
  async die(errand: Errand): Promise<string | number> {
    await this.#ready;
    this.#send(errand);
    const [code, signal] = (await this.#exited) as [number | null, string | null];
    return signal ?? code ?? -1;
  }

  /** For one that was made ahead of need and not needed. */
  async dismiss(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  #send(message: Premises | Errand): void {
    this.#child.stdin?.write(`${JSON.stringify(message)}\n`);
  }
}

/** The next process starts while the last one is looked at, which halves the time of a list of crashes. */
export class CrashingProcesses {
  #next: CrashingProcess | undefined;

  constructor(private readonly premises: Premises) {}

  async crash(errand: Errand): Promise<string | number> {
    const process = this.#next ?? new CrashingProcess(this.premises);
    this.#next = new CrashingProcess(this.premises);
    return process.die(errand);
  }

  async close(): Promise<void> {
    await this.#next?.dismiss();
  }
}

function file(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
