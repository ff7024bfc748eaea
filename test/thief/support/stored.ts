import {
  plannedOf,
  type PlacementRow,
} from '../../../src/control-plane/provisioning/placement-row.js';
import type { CellPlace } from '../../../src/infrastructure/envelope/cell-place.js';
import type { Placement } from '../../../src/tenancy/tenant-record.js';
import { SEALED_TABLES } from '../../../tenants/sealed-columns.js';
import { databaseUrl } from '../../support/test-postgres.js';
import { withClient } from './with-client.js';

/** One sealed value, and the place it is sealed for. */
export interface Cell {
  place: CellPlace;
  sealed: Buffer;
}

/** Runs statements in one database; `query` gives rows. */
export type Query = <Row extends object>(text: string, values?: unknown[]) => Promise<Row[]>;

/** Where the catalog says that a tenant lies. */
export async function placementOf(
  url: string,
  catalogDatabase: string,
  tenantId: string,
): Promise<Placement> {
  return within(databaseUrl(url, catalogDatabase), null, async (query) => {
    const text = 'SELECT * FROM placements WHERE tenant_id = $1';
    const [row] = await query<PlacementRow>(text, [tenantId]);
    if (row === undefined) throw new Error('The catalog has no placement of this tenant.');
    return plannedOf(row).placement;
  });
}

/** A tenant's own tables, asked by whoever the URL logs in as. */
export function inPlace<T>(
  url: string,
  { database, schema }: Placement,
  work: (query: Query) => Promise<T>,
): Promise<T> {
  return within(databaseUrl(url, database), schema, work);
}

/** Every sealed value that a tenant has. */
export async function readCells(query: Query, tenantId: string): Promise<Cell[]> {
  const cells: Cell[] = [];
  for (const { table, rowId, columns } of SEALED_TABLES) {
    for (const { column } of columns) {
      const rows = await query<{ row: string; sealed: Buffer }>(
        `SELECT ${rowId} AS row, ${column} AS sealed FROM ${table} WHERE ${column} IS NOT NULL`,
      );
      for (const { row, sealed } of rows) {
        cells.push({ place: { tenantId, table, column, row }, sealed });
      }
    }
  }
  return cells;
}

export async function readWrappedKeys(query: Query): Promise<{ id: number; wrapped: string }[]> {
  return query('SELECT id, wrapped FROM data_keys ORDER BY id');
}

async function within<T>(
  url: string,
  schema: string | null,
  work: (query: Query) => Promise<T>,
): Promise<T> {
  return withClient(url, async (client) => {
    if (schema !== null) await client.query(`SET search_path = ${client.escapeIdentifier(schema)}`);
    return work(async (text, values) => (await client.query(text, values)).rows);
  });
}
