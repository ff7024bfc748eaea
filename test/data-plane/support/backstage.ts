import { Client, escapeIdentifier } from 'pg';
import { SEALED_TABLES } from '../../../tenants/sealed-columns.js';
import { adminUrl, databaseUrl } from '../../support/test-postgres.js';
import type { Account } from './open-account.js';

/** The tenant's database as the superuser sees it: what a thief of that password has. */
export async function backstage<T>(
  { tenant }: Pick<Account, 'tenant'>,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client(databaseUrl(adminUrl(), tenant.placement?.database ?? ''));
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Every cell of every table, as text and, where it has bytes, as those. */
export function readEveryCell(account: Pick<Account, 'tenant'>): Promise<Buffer[]> {
  return backstage(account, async (client) => {
    const { rows: columns } = await client.query<{ table: string; column: string }>(
      `SELECT table_name AS "table", column_name AS "column" FROM information_schema.columns
        JOIN information_schema.tables USING (table_schema, table_name)
        WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
    );
    const cells: Buffer[] = [];
    for (const { table, column } of columns) {
      const name = escapeIdentifier(column);
      const { rows } = await client.query<{ raw: unknown; text: string | null }>(
        `SELECT ${name} AS raw, ${name}::text AS text FROM ${escapeIdentifier(table)}`,
      );
      for (const { raw, text } of rows) {
        if (text !== null) cells.push(Buffer.from(text));
        if (Buffer.isBuffer(raw)) cells.push(raw);
      }
    }
    return cells;
  });
}

/** One sealed value, to be read and changed behind the product's back. */
export interface Cell {
  table: string;
  column: string;
  row: string;
}

export function readCell(account: Pick<Account, 'tenant'>, cell: Cell): Promise<Buffer> {
  return backstage(account, async (client) => {
    const { rows } = await client.query<{ value: Buffer }>(
      `SELECT ${cell.column} AS value FROM ${cell.table} WHERE ${rowIdOf(cell)} = $1`,
      [cell.row],
    );
    if (rows[0] === undefined) throw new Error('There is no such row.');
    return rows[0].value;
  });
}

export async function writeCell(
  account: Pick<Account, 'tenant'>,
  cell: Cell,
  value: unknown,
): Promise<void> {
  await backstage(account, async (client) => {
    const { rowCount } = await client.query(
      `UPDATE ${cell.table} SET ${cell.column} = $2 WHERE ${rowIdOf(cell)} = $1`,
      [cell.row, value],
    );
    if (rowCount !== 1) throw new Error('There is no such row.');
  });
}

function rowIdOf(cell: Cell): string {
  const table = SEALED_TABLES.find(({ table }) => table === cell.table);
  if (table === undefined) throw new Error('This table has nothing sealed.');
  return table.rowId;
}
