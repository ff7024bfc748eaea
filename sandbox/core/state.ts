import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { emptyGrants, type GrantsState } from '../oauth/grants-state.js';

/** All that a restart must find again. */
export interface State {
  version: 1;
  /** Where `POST /_sandbox/clock` moved the business to; null where nobody did. */
  clock: number | null;
  grants: Record<string, GrantsState>;
  /** Provider, account, changes. */
  changes: Record<string, Record<string, Readonly<Record<string, unknown>>[]>>;
}

/** The sandbox's memory, kept in a file where one is named. Every change is on disk before it is answered. */
export class StateKeeper {
  readonly state: State;

  constructor(private readonly file: string | null) {
    this.state = read(file) ?? { version: 1, clock: null, grants: {}, changes: {} };
  }

  grantsOf(provider: string): GrantsState {
    return (this.state.grants[provider] ??= emptyGrants());
  }

  changesOf(provider: string, account: string): Readonly<Record<string, unknown>>[] {
    const accounts = (this.state.changes[provider] ??= {});
    return (accounts[account] ??= []);
  }

  /** Whole or not at all; readable by the owner only, since it holds tokens. */
  save(): void {
    if (this.file === null) return;
    const draft = `${this.file}.${process.pid}.tmp`;
    const handle = openSync(draft, 'w', 0o600);
    try {
      writeSync(handle, JSON.stringify(this.state));
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(draft, this.file);
  }
}

function read(file: string | null): State | null {
  if (file === null) return null;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as State;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Error(`The sandbox cannot read its state in ${file}. Delete it to begin anew.`, {
      cause: error,
    });
  }
}
