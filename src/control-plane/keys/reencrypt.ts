import { setTimeout as sleep } from 'node:timers/promises';
import { isSealed, keyIdOf, type Sealed } from '../../infrastructure/envelope/sealed-format.js';
import { type AppError, hasCode } from '../../kernel/app-error.js';
import { hasSqlstate, SQLSTATE } from '../../infrastructure/postgres/sqlstate.js';
import type { TenantKeys } from '../../tenancy/keys/tenant-keys.js';
import type { TenantDatabase } from '../../tenancy/tenant-database.js';
import type { SealedTable } from '../../../tenants/sealed-columns.js';

/**
 * Sealing is synchronous, and so is putting a batch into a statement: this many rows keep the event
 * loop for a third of a millisecond each time.
 */
const BATCH_ROWS = 8;

/**
 * Rests three times as long as it worked. Half the speed of 16 rows and a rest as long as the work, and
 * requests beside it keep their p99, which that doubled (`npm run bench -- reencryption`).
 */
const REST = 3;

/** Progress costs its listener a flushed commit, which is more than a batch costs. */
const TELL_MS = 250;

type Row = { row_id: string } & Record<string, string | Buffer | null>;

export interface ReencryptOptions {
  /** Seals everything under this key, which must be the newest. */
  target: number;
  signal?: AbortSignal | undefined;
  /** Called a few times a second, and after the last batch, with the number of rows done since. */
  onRows?: ((rows: number) => void | Promise<void>) | undefined;
}

/**
 * Seals anew whatever in this table is under an older key, in small batches in the order of the row's
 * ids. Each batch is one statement and changes only values that are still the ones it read, so a write
 * that comes between wins, and being cut off anywhere leaves every row readable.
 *
 * @returns how many rows were under an older key
 * @throws SealedValueBrokenError of a value that cannot be opened, after all others are done
 */
export async function reencryptTable(
  parts: { database: TenantDatabase; keys: TenantKeys },
  table: SealedTable,
  { target, signal, onRows }: ReencryptOptions,
): Promise<number> {
  const { select, update } = statementsOf(table);
  let after = '';
  let total = 0;
  let told = 0;
  let toldAt = performance.now();
  let broken: AppError | undefined;
  for (;;) {
    signal?.throwIfAborted();
    const startedAt = performance.now();
    const rows = await parts.database.query<Row>({
      text: select,
      values: [after, target, table.batch ?? BATCH_ROWS],
    });
    const last = rows.at(-1);
    if (last === undefined) break;
    const resealed = await parts.keys.seal((cipher) =>
      table.columns.map((column) =>
        rows.map((row) => {
          const value = row[column.column];
          if (!Buffer.isBuffer(value) || !isSealed(value) || keyIdOf(value) >= target) return value;
          try {
            return cipher.reseal(column, row.row_id, value);
          } catch (error) {
            if (!hasCode(error, 'sealed_value_broken')) throw error;
            broken ??= error as AppError;
            return value;
          }
        }),
      ),
    );
    const before = table.columns.map((column) => rows.map((row) => row[column.column] ?? null));
    await write(parts.database, update, [
      rows.map((row) => row.row_id),
      ...before.flatMap((values, index) => [values, resealed[index] as (Sealed | null)[]]),
    ]);
    total += rows.length;
    after = last.row_id;
    if (performance.now() - toldAt >= TELL_MS) {
      await onRows?.(total - told);
      told = total;
      toldAt = performance.now();
    }
    await sleep((performance.now() - startedAt) * REST);
  }
  if (total > told) await onRows?.(total - told);
  if (broken !== undefined) throw broken;
  return total;
}

/** Rows of the tenant that are under an older key than this one. */
export async function countOlder(
  database: TenantDatabase,
  tables: readonly SealedTable[],
  target: number,
): Promise<number> {
  let total = 0;
  for (const { table, columns } of tables) {
    const [row] = await database.query<{ count: number }>({
      text: `SELECT count(*)::int AS count FROM ${table} WHERE ${isOlder(columns, '$1')}`,
      values: [target],
    });
    total += row?.count ?? 0;
  }
  return total;
}

/** The tenant's own transactions lock rows in orders of their own; a deadlock costs a batch nothing. */
async function write(database: TenantDatabase, text: string, values: unknown[]): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await database.query({ text, values });
      return;
    } catch (error) {
      if (attempt >= 5 || !hasSqlstate(error, SQLSTATE.deadlockDetected)) throw error;
    }
  }
}

/** Names come from `tenants/sealed-columns.ts` and nowhere else. */
function statementsOf({ table, rowId, columns }: SealedTable): { select: string; update: string } {
  const names = columns.map(({ column }) => column);
  const select = `SELECT ${rowId} AS row_id, ${names.join(', ')} FROM ${table}
    WHERE ${rowId} > $1 AND (${isOlder(columns, '$2')}) ORDER BY ${rowId} LIMIT $3`;
  const arrays = names.map((_, index) => `$${index * 2 + 2}::bytea[], $${index * 2 + 3}::bytea[]`);
  const aliases = names.map((name) => `${name}_before, ${name}_after`);
  const sets = names.map(
    (name) =>
      `${name} = CASE WHEN t.${name} IS NOT DISTINCT FROM n.${name}_before THEN n.${name}_after ELSE t.${name} END`,
  );
  // Not flushed by itself: the old keys go in a later, flushed commit of the same log, and the database
  // refuses that while a row is under one of them, a row that a crash took back included.
  const update = `WITH unflushed AS (SELECT set_config('synchronous_commit', 'off', true))
    UPDATE ${table} t SET ${sets.join(', ')}
    FROM unflushed, unnest($1::text[], ${arrays.join(', ')}) AS n (row_id, ${aliases.join(', ')})
    WHERE t.${rowId} = n.row_id`;
  return { select, update };
}

function isOlder(columns: SealedTable['columns'], target: string): string {
  return columns.map(({ column }) => `${column}_key < ${target}`).join(' OR ');
}
