import type { Queryable } from '../tenant-database.js';

/** A data key as the tenant's own database keeps it: wrapped by the tenant's key in the key store. */
export interface WrappedDataKey {
  id: number;
  wrapped: string;
}

export interface TakenWriter {
  keyId: number;
  writer: number;
}

interface Row {
  id: number;
  wrapped: string;
  /** A bigint, which pg gives as text; null unless a number was taken of this key. */
  writer: string | null;
}

/** Oldest first; usually one, two while a rotation re-encrypts. */
const READ = 'SELECT id, wrapped, NULL AS writer FROM data_keys ORDER BY id';

/**
 * Takes the next writer's number of the newest key, and reads all keys, in one round trip. Not flushed
 * by itself: whatever is sealed with the number lies behind it in the same write-ahead log, so a crash
 * that loses the taking has lost all of that too. It must never be part of a longer transaction: what a
 * rolled-back one has sealed is still on the disk, and its number must not be given out again.
 */
const TAKE = `WITH unflushed AS (SELECT set_config('synchronous_commit', 'off', true)),
  taken AS (
    UPDATE data_keys SET writers = writers + 1 FROM unflushed
     WHERE id = (SELECT max(id) FROM data_keys) RETURNING id, writers)
  SELECT d.id, d.wrapped, t.writers AS writer
    FROM data_keys d LEFT JOIN taken t USING (id) ORDER BY d.id`;

export async function readDataKeys(on: Queryable): Promise<WrappedDataKey[]> {
  return on.query<Row>({ name: 'data-keys', text: READ, values: [] });
}

/** @throws the database's error when the key has given out all its numbers (a CHECK): rotate it */
export async function takeWriter(
  on: Queryable,
): Promise<{ keys: WrappedDataKey[]; taken: TakenWriter | null }> {
  const rows = await on.query<Row>({ name: 'data-keys-take-writer', text: TAKE, values: [] });
  const row = rows.find(({ writer }) => writer !== null);
  const taken = row === undefined ? null : { keyId: row.id, writer: Number(row.writer) };
  return { keys: rows, taken };
}

/** Adds a data key. False when its id is there already: somebody else was faster. */
export async function addDataKey(on: Queryable, key: WrappedDataKey): Promise<boolean> {
  const rows = await on.query({
    text: 'INSERT INTO data_keys (id, wrapped) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING id',
    values: [key.id, key.wrapped],
  });
  return rows.length === 1;
}

/** The same key, wrapped anew. */
export async function rewrapDataKey(
  on: Queryable,
  key: WrappedDataKey,
  wrapped: string,
): Promise<void> {
  await on.query({
    text: 'UPDATE data_keys SET wrapped = $3 WHERE id = $1 AND wrapped = $2',
    values: [key.id, key.wrapped, wrapped],
  });
}

/** Deletes the keys before this one. The database refuses while any row is sealed under one of them. */
export async function removeDataKeysBefore(on: Queryable, id: number): Promise<void> {
  await on.query({ text: 'DELETE FROM data_keys WHERE id < $1', values: [id] });
}
