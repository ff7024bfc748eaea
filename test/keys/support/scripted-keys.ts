import { createHash } from 'node:crypto';
import { DataKey, KEY_MATERIAL_BYTES } from '../../../src/infrastructure/envelope/data-key.js';
import type { AppError } from '../../../src/kernel/app-error.js';
import { newTenantId } from '../../../src/kernel/ids.js';
import type { KeyStore } from '../../../src/kernel/key-store.js';
import type { Opener, Sealer } from '../../../src/tenancy/keys/tenant-cipher.js';
import { TenantKeys } from '../../../src/tenancy/keys/tenant-keys.js';
import type { TenantDatabase } from '../../../src/tenancy/tenant-database.js';
import { Tenancy, type TenantScope } from '../../../src/tenancy/tenancy.js';

/** A call to the key store that waits to be answered. */
export interface Unwrap {
  tenantId: string;
  answer(): void;
  fail(error: Error): void;
}

export interface ScriptedKeys {
  keys: TenantKeys;
  feed: { live: boolean };
  /** Not answered yet, oldest first. */
  unwraps: Unwrap[];
  made: WatchedKey[];
  tampering: AppError[];
  /** Writers' numbers given out so far. */
  writers(): number;
  open<T>(tenantId: string, work: (cipher: Opener) => T): Promise<T>;
  seal<T>(tenantId: string, work: (cipher: Sealer) => T): Promise<T>;
  holding<T>(tenantId: string, work: () => Promise<T>): Promise<T>;
}

export class WatchedKey extends DataKey {
  dropped = false;

  override drop(): void {
    this.dropped = true;
    super.drop();
  }
}

/**
 * The keys of a process, with a database and a key store that answer when the test says so: instants
 * that the real ones never hit on demand. What the real ones do is tested beside this.
 */
export function scriptedKeys(): ScriptedKeys {
  let writers = 0;
  const unwraps: Unwrap[] = [];
  const made: WatchedKey[] = [];
  const tampering: AppError[] = [];
  const feed = { live: true };
  const database = {
    query: async ({ name }: { name?: string }) => {
      const takes = name === 'data-keys-take-writer';
      if (takes) writers += 1;
      return [{ id: 1, wrapped: 'wrapped', writer: takes ? String(writers) : null }];
    },
  } as unknown as TenantDatabase;
  const store = {
    unwrap: (tenantId: string) =>
      new Promise<Buffer>((resolve, reject) => {
        const take = (): void => void unwraps.splice(unwraps.indexOf(unwrap), 1);
        const unwrap: Unwrap = {
          tenantId,
          answer: () => {
            take();
            resolve(materialOf(tenantId));
          },
          fail: (error) => {
            take();
            reject(error);
          },
        };
        unwraps.push(unwrap);
      }),
  } as unknown as KeyStore;
  const tenancy = new Tenancy({ peek: () => undefined, find: async () => null });
  const keys = new TenantKeys(tenancy, database, store, feed, {
    idleMs: 60_000,
    tenants: 100,
    makeKey: (id, material) => {
      const key = new WatchedKey(id, material);
      made.push(key);
      return key;
    },
    tampered: (error) => void tampering.push(error),
  });
  const inside = <T>(tenantId: string, work: () => T): T =>
    tenancy.enter(
      { kind: 'tenant', tenant: { id: tenantId }, requestId: undefined } as TenantScope,
      work,
    );
  return {
    keys,
    feed,
    unwraps,
    made,
    tampering,
    writers: () => writers,
    open: (tenantId, work) => inside(tenantId, () => keys.open(work)),
    seal: (tenantId, work) => inside(tenantId, () => keys.seal(work)),
    holding: (tenantId, work) => inside(tenantId, () => keys.holding(work)),
  };
}

/** The same for the same tenant, as the key store's answer is. */
function materialOf(tenantId: string): Buffer {
  const part = (name: string) => createHash('sha256').update(`${tenantId} ${name}`).digest();
  return Buffer.concat([part('seal'), part('look-up')], KEY_MATERIAL_BYTES);
}

/** What the tenant's key, and no other, makes of a text. */
export function hashOf(tenantId: string): string {
  return new DataKey(1, materialOf(tenantId)).hash('email', 'a@b').toString('hex');
}

export const newTenants = (count: number): string[] => Array.from({ length: count }, newTenantId);

/** Lets everything run that waits for nothing outside. */
export const turn = (): Promise<void> =>
  new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
