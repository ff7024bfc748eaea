import { type Client, escapeIdentifier } from 'pg';

export interface IdColumn {
  table: string;
  column: string;
  /** What the victim has in it, or, where it has no such row, something of that form. */
  foreign: string;
}

/** What a program looks something up by: ids, names of secrets, who holds what. */
const IDS = String.raw`(^id$|_id$|^pair$|^attempt$|^holder$|^receipt$|^created_by$|^provider$|^stream$|^metric$)`;

/** All columns of ids in tables of tenants, each with a value of the victim's. */
export async function idColumns(victim: Client, integrationId: string): Promise<IdColumn[]> {
  const { rows } = await victim.query<{ table: string; column: string }>(
    `SELECT table_name AS "table", column_name AS "column" FROM information_schema.columns
      WHERE table_schema = current_schema() AND data_type = 'text' AND column_name ~ $1
        AND is_generated = 'NEVER'
      ORDER BY 1, 2`,
    [IDS],
  );
  const columns: IdColumn[] = [];
  for (const { table, column } of rows) {
    const name = escapeIdentifier(column);
    const found = await victim.query<{ value: string | null }>(
      `SELECT ${name} AS value FROM ${escapeIdentifier(table)} WHERE ${name} IS NOT NULL LIMIT 1`,
    );
    columns.push({ table, column, foreign: found.rows[0]?.value ?? integrationId });
  }
  return columns;
}

/**
 * Puts the value into the oldest row of the table, as the tenant's own role.
 *
 * @returns how to take it out again; null where the database does not let it in
 */
export async function plantId(
  own: Client,
  { table, column }: IdColumn,
  value: string,
): Promise<(() => Promise<void>) | null> {
  const [t, c] = [escapeIdentifier(table), escapeIdentifier(column)];
  try {
    const { rows } = await own.query<{ before: string | null }>(
      `WITH row AS (SELECT ctid AS place, ${c} AS before FROM ${t} ORDER BY ctid LIMIT 1)
       UPDATE ${t} t SET ${c} = $1 FROM row WHERE t.ctid = row.place RETURNING row.before`,
      [value],
    );
    if (rows[0] === undefined) return null;
    const { before } = rows[0];
    return async () => {
      await own.query(`UPDATE ${t} SET ${c} = $2 WHERE ${c} = $1`, [value, before]).catch(() => {});
    };
  } catch (error) {
    // Held by a row elsewhere, taken, or no value that the column may have.
    if (String((error as { code?: string }).code).startsWith('23')) return null;
    throw error;
  }
}
