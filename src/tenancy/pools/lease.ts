import type { Client } from 'pg';

/** A connection on loan. Give it back exactly once; with an error when it must not be used again. */
export interface Lease {
  readonly client: Client;
  release(error?: unknown): void;
}

/** One open connection of one tenant. It never serves another. */
export interface PooledConnection {
  readonly client: Client;
  idleSince: number;
  /** Leases since somebody else began to wait; bounds how long one tenant may keep a contested slot. */
  turns: number;
  broken: boolean;
}

/**
 * Whether the connection came back clean: no transaction open, no statement still running. A
 * connection that did not is closed, because whoever gets it next would run inside a stranger's work.
 */
export function isClean(client: Client): boolean {
  const state = client as unknown as {
    getTransactionStatus(): string | null;
    readyForQuery: boolean;
  };
  return state.readyForQuery && state.getTransactionStatus() === 'I';
}
