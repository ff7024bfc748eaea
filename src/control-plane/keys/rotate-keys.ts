import { announce } from '../../infrastructure/postgres/change-feed.js';
import { hasSqlstate, SQLSTATE } from '../../infrastructure/postgres/sqlstate.js';
import { randomWord } from '../../kernel/ids.js';
import type { KeyStore } from '../../kernel/key-store.js';
import {
  addDataKey,
  readDataKeys,
  removeDataKeysBefore,
  rewrapDataKey,
} from '../../tenancy/keys/data-keys.repository.js';
import { newDataKey } from '../../tenancy/keys/new-data-key.js';
import type { TenantKeys } from '../../tenancy/keys/tenant-keys.js';
import type { Tenancy } from '../../tenancy/tenancy.js';
import type { TenantDatabase } from '../../tenancy/tenant-database.js';
import type { TenantStatus } from '../../tenancy/tenant-status.js';
import { SEALED_TABLES } from '../../../tenants/sealed-columns.js';
import type { CatalogDatabase } from '../catalog/catalog-database.js';
import type { KeyRotationsRepository } from './key-rotations.repository.js';
import { RotationBusyError, RotationRefusedError } from './keys.errors.js';
import { countOlder, reencryptTable } from './reencrypt.js';

export interface RotationProgress {
  /** Rows to seal anew, counted at the beginning; may grow while others write. */
  total: number;
  done: number;
}

export interface RotationOptions {
  signal?: AbortSignal;
  onProgress?: (progress: RotationProgress) => void;
}

export type RotationOutcome = 'reencrypted' | 'finished';

/** States in which a tenant has a database and keys. */
export const ROTATABLE = ['active', 'suspended', 'closing'] as const satisfies TenantStatus[];

export function isRotatable(status: TenantStatus): boolean {
  return (ROTATABLE as readonly TenantStatus[]).includes(status);
}

const ACTOR = { kind: 'system', job: 'keys.rotate' } as const;

/** Told in the tenant's scope when its keys were rotated: for its audit log. */
export abstract class RotationNews {
  abstract rotated(dataKeyId: number): Promise<void>;
}

/**
 * Rotates all keys of a tenant while it goes on reading and writing:
 *
 * 1. a new version of its key in the key store; the data keys are wrapped anew, older versions retired;
 * 2. a new data key, which everybody seals under from now on (each process when the feed tells it);
 * 3. everything under older data keys is sealed anew, in small batches;
 * 4. after a time in which the last request that read an old value has ended, the old data keys go. The
 *    database refuses while any row is under one of them: then step 3 is done again.
 *
 * Cut off anywhere, the next call goes on; every row is readable at every instant, because a key goes
 * only after the last value under it.
 */
export class RotateKeys {
  constructor(
    private readonly parts: {
      catalog: CatalogDatabase;
      tenancy: Tenancy;
      database: TenantDatabase;
      keys: TenantKeys;
      store: KeyStore;
    },
    private readonly rotations: KeyRotationsRepository,
    private readonly news: RotationNews,
  ) {}

  /**
   * @throws RotationBusyError | RotationRefusedError | TenantNotFoundError; the key store's errors; the
   *   signal's reason when aborted (the rotation is then gone on with by the sweep)
   */
  async execute(tenantId: string, options: RotationOptions = {}): Promise<RotationOutcome> {
    await this.#requireRotatable(tenantId);
    await this.rotations.request(tenantId);
    return this.resume(tenantId, options);
  }

  /** Goes on with a rotation that was asked for; `finished` also when there is none. */
  async resume(tenantId: string, options: RotationOptions = {}): Promise<RotationOutcome> {
    const holder = randomWord(16);
    const work = await this.rotations.claim(tenantId, holder);
    if (work === null) {
      const open = await this.rotations.unfinished();
      if (open.some((it) => it.tenantId === tenantId)) throw new RotationBusyError(tenantId);
      return 'finished';
    }
    try {
      return await this.parts.tenancy.run(tenantId, ACTOR, () =>
        work.state === 'settling'
          ? this.#settle(tenantId, work.target)
          : this.#reencrypt(tenantId, holder, work.target, options),
      );
    } finally {
      await this.rotations.letGo(tenantId, holder).catch(() => undefined);
    }
  }

  async #requireRotatable(tenantId: string): Promise<void> {
    await this.parts.tenancy.run(tenantId, ACTOR, async () => {
      const { status } = this.parts.tenancy.current().tenant;
      if (!isRotatable(status)) throw new RotationRefusedError(tenantId, status);
    });
  }

  async #reencrypt(
    tenantId: string,
    holder: string,
    known: number | null,
    { signal, onProgress }: RotationOptions,
  ): Promise<RotationOutcome> {
    const { database, keys } = this.parts;
    const target = await this.#ensureTarget(tenantId, known);
    const progress = { total: await countOlder(database, SEALED_TABLES, target), done: 0 };
    onProgress?.({ ...progress });
    const onRows = async (rows: number): Promise<void> => {
      progress.done += rows;
      onProgress?.({ ...progress, total: Math.max(progress.total, progress.done) });
      if (!(await this.rotations.renew(tenantId, holder))) throw new RotationBusyError(tenantId);
    };
    // Again until a whole pass finds nothing: others seal under the old key until the news reaches them.
    for (let found = 1; found > 0;) {
      found = 0;
      for (const table of SEALED_TABLES) {
        found += await reencryptTable({ database, keys }, table, { target, signal, onRows });
      }
    }
    await this.rotations.setSettling(tenantId);
    return 'reencrypted';
  }

  /**
   * Steps 1 and 2. The id is chosen, and written down, before the key is made: whoever goes on after a
   * crash makes that one key and not another beside it. A version more in the key store does no harm.
   */
  async #ensureTarget(tenantId: string, known: number | null): Promise<number> {
    const { catalog, database, keys, store } = this.parts;
    const current = await readDataKeys(database);
    const newest = current.at(-1);
    if (newest === undefined) throw new Error('A tenant without a data key was served.');
    const target = known ?? newest.id + 1;
    if (newest.id >= target) return target;
    if (known === null) await this.rotations.setTarget(tenantId, target);
    const version = await store.rotate(tenantId);
    for (const key of current) {
      await rewrapDataKey(database, key, await store.rewrap(tenantId, key.wrapped));
    }
    const { wrapped } = await newDataKey(store, tenantId, newest.wrapped);
    await store.retire(tenantId, version.newest);
    await addDataKey(database, { id: target, wrapped });
    keys.drop(tenantId);
    await announce(catalog, { kind: 'keys', tenantId });
    return target;
  }

  /** Step 4. */
  async #settle(tenantId: string, target: number | null): Promise<RotationOutcome> {
    const { catalog, database, keys } = this.parts;
    if (target === null) throw new Error('A rotation settles without a target.');
    try {
      await removeDataKeysBefore(database, target);
    } catch (error) {
      if (!hasSqlstate(error, SQLSTATE.foreignKeyViolation)) throw error;
      // Somebody wrote under an old key after the last pass.
      await this.rotations.setRunning(tenantId);
      return 'reencrypted';
    }
    await this.news.rotated(target);
    await this.rotations.finish(tenantId);
    keys.drop(tenantId);
    await announce(catalog, { kind: 'keys', tenantId });
    return 'finished';
  }
}
