import { EventEmitter } from 'node:events';
import type { Client } from 'pg';
import type { TenantRecord } from '../../src/tenancy/tenant-record.js';

/** A connection that exists only in memory and bears the mark of its tenant. */
export class StubClient extends EventEmitter {
  ended = false;
  readyForQuery = true;
  transaction = 'I';

  constructor(
    readonly tenantId: string,
    private readonly stub: StubServer,
  ) {
    super();
  }

  getTransactionStatus(): string {
    return this.transaction;
  }

  end(): Promise<void> {
    if (!this.ended) {
      this.ended = true;
      this.stub.open -= 1;
      queueMicrotask(() => this.emit('end'));
    }
    return Promise.resolve();
  }

  /** The server ended it, or the network did. */
  breakOff(): void {
    if (this.ended) return;
    this.emit('error', new Error('Connection terminated unexpectedly'));
    void this.end();
  }
}

/** Counts what is open at once: the budget is the pools' promise and this is who sees it kept. */
export class StubServer {
  open = 0;
  mostOpen = 0;
  opened = 0;
  /** Throws for an attempt that shall fail. */
  onConnect: (tenant: TenantRecord) => Promise<void> | void = () => undefined;

  readonly connect = async (tenant: TenantRecord): Promise<Client> => {
    this.open += 1;
    this.opened += 1;
    this.mostOpen = Math.max(this.mostOpen, this.open);
    try {
      await new Promise((resolve) => setImmediate(resolve));
      await this.onConnect(tenant);
    } catch (error) {
      this.open -= 1;
      throw error;
    }
    return new StubClient(tenant.id, this) as unknown as Client;
  };
}

export function stubTenant(at: number, schema = 'public'): TenantRecord {
  const word = String(at).padStart(20, '0');
  return {
    id: `tnt_${word}`,
    status: 'active',
    isolation: 'database',
    region: 'test',
    createdAt: new Date(0),
    placement: {
      serverId: 'primary',
      isolation: 'database',
      database: `nm_${word}`,
      schema,
      ownerRole: `nm_o${word}`,
      loginRole: `nm_l${word}`,
      loginSealed: Buffer.alloc(0),
      schemaVersion: 1,
    },
  };
}

/** Lets everything that is due now happen. */
export async function turns(count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) await new Promise((resolve) => setImmediate(resolve));
}
