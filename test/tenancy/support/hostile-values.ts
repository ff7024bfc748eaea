import type { Client } from 'pg';

export interface PlainColumn {
  table: string;
  column: string;
  type: string;
}

/** What somebody with a tenant's role might write there; what a CHECK refuses is left out by who plants it. */
const VALUES: Record<string, readonly string[]> = {
  text: [
    `repeat('x', 1000)`,
    `repeat('x', 200)`,
    `repeat('x', 100)`,
    `repeat('x', 64)`,
    `'__proto__'`,
    `E'\\x01\\u202e'`,
    `''`,
  ],
  _text: [
    `ARRAY['__proto__', NULL]`,
    `ARRAY[ARRAY['a', 'b'], ARRAY['c', 'd']]`,
    `array_fill('x'::text, ARRAY[1000])`,
  ],
  jsonb: [
    `'null'`,
    `'{"__proto__": 1e308, "x": "y"}'`,
    `(repeat('[', 2000) || repeat(']', 2000))::jsonb`,
  ],
  // Plausible ones too: what goes through days one by one has many of them here.
  timestamptz: [
    `'0001-01-01'`,
    `'9999-12-31'`,
    `'infinity'`,
    `'-infinity'`,
    `'294276-12-31'`,
    `'4713-01-01 BC'`,
  ],
  date: [`'0001-01-01'`, `'9999-12-31'`, `'infinity'`, `'5874897-12-31'`, `'4713-01-01 BC'`],
  int4: ['2147483647', '-2147483648'],
  int8: ['9223372036854775807', '-9223372036854775808'],
  bool: ['true', 'false'],
  bytea: [`''`, `decode(repeat('00', 64), 'hex')`],
  // Opens nowhere; as long as may be.
  sealed: [
    `substring($ FOR 4) || decode(repeat('00', 16777000), 'hex')`,
    `substring($ FOR 4) || decode(repeat('00', 1048000), 'hex')`,
    `substring($ FOR 4) || decode(repeat('00', 4000), 'hex')`,
  ],
};

/** Every column of every table that the tenant's own role may write. */
export async function plainColumns(session: Client): Promise<PlainColumn[]> {
  const { rows } = await session.query<PlainColumn>(
    `SELECT table_name AS table, column_name AS column, coalesce(domain_name, udt_name) AS type
       FROM information_schema.columns
      WHERE table_schema = current_schema() AND is_generated = 'NEVER' AND identity_generation IS NULL
        AND has_table_privilege(format('%I.%I', table_schema, table_name), 'UPDATE')
      ORDER BY table_name, ordinal_position`,
  );
  return rows;
}

/** As many rounds as the type with most values has; a type without any fails: a new one needs some. */
export function valueOf({ column, type }: PlainColumn, round: number): string | undefined {
  const values = VALUES[type];
  if (values === undefined) throw new Error(`No hostile values are known for ${type}.`);
  return values[round]?.replaceAll('$', column);
}

/**
 * Writes the first of the column's hostile values, from this one on, that the database takes.
 *
 * @returns which value it was, or null where it takes none
 */
export async function plantValue(
  session: Client,
  it: PlainColumn,
  from: number,
): Promise<number | null> {
  for (let round = from; ; round += 1) {
    const value = valueOf(it, round);
    if (value === undefined) return null;
    const planted = await session
      .query(`UPDATE ${it.table} SET ${it.column} = ${value}`)
      .then(({ rowCount }) => (rowCount ?? 0) > 0)
      .catch(() => false);
    if (planted) return round;
  }
}
