/** Tables of the catalog with rows of tenants, and the column that says whose a row is. */
export type OwnerColumns = ReadonlyMap<string, string>;

interface Touch {
  table: string;
  alias: string;
  verb: string;
  /** From the table's name to where the next table is named. */
  rest: string;
}

const TOUCH =
  /\b(FROM|JOIN|UPDATE|INSERT INTO) (\w+)(?: AS)?(?: (?!SET\b|WHERE\b|USING\b|ON\b|JOIN\b|LEFT\b|ORDER\b|GROUP\b|VALUES\b|LIMIT\b|FOR\b|UNION\b)(\w+))?/g;

/**
 * What is wrong with a statement for one tenant: a table of tenants' rows whose owner is not held against
 * `owner` (a parameter, as a pattern) right where the table is named.
 */
export function tenantFaults(sql: string, owners: OwnerColumns, owner = String.raw`\$1`): string[] {
  const faults = touchesOf(sql)
    .filter(({ table }) => owners.has(table))
    .filter((touch) => !isBound(touch, owners, owner))
    .map(({ verb, table }) => `${verb} ${table} without its tenant`);
  return [...faults, ...keyFaults(sql)];
}

/** What is wrong with a statement over all tenants: rows that are matched by an id without its tenant. */
export function keyFaults(sql: string): string[] {
  const faults: string[] = [];
  for (const [, columns = ''] of sql.matchAll(/\bUSING \(([^)]*)\)/g)) {
    if (columns.includes('_id') && !columns.includes('tenant_id'))
      faults.push(`USING (${columns})`);
  }
  for (const [, columns = ''] of sql.matchAll(/\bON CONFLICT \(([^)]*)\)/g)) {
    if (/\b(?:integration|member|closure)_id\b/.test(columns) && !columns.includes('tenant_id')) {
      faults.push(`ON CONFLICT (${columns})`);
    }
  }
  const matched = sql.matchAll(/\b(\w+)\.(?:integration|member|closure)_id = (\w+)\.\w+_id\b/g);
  for (const [condition, a = '', b = ''] of matched) {
    const either = `(?:${a}\\.tenant_id = ${b}\\.tenant_id|${b}\\.tenant_id = ${a}\\.tenant_id)`;
    if (!new RegExp(either).test(sql)) faults.push(condition);
  }
  return faults;
}

function touchesOf(sql: string): Touch[] {
  const found = [...sql.matchAll(TOUCH)];
  return found.map((match, at) => ({
    verb: String(match[1]),
    table: String(match[2]),
    alias: match[3] ?? String(match[2]),
    rest: sql.slice((match.index ?? 0) + match[0].length, found[at + 1]?.index),
  }));
}

function isBound(
  { table, alias, verb, rest }: Touch,
  owners: OwnerColumns,
  owner: string,
): boolean {
  const column = owners.get(table) ?? '';
  if (verb === 'INSERT INTO') {
    const [columns = '', ...values] = rest.split(')');
    if (!columns.includes(`(${column}`)) return false;
    const given = values.join(')').trimStart();
    // From the tenant's own row, which the next part of the statement finds.
    return new RegExp(`^(?:VALUES \\(${owner}|SELECT id)\\b`).test(given);
  }
  // What is assigned binds nothing, and neither does one of two alternatives.
  const condition = verb === 'UPDATE' ? rest.slice(rest.search(/\b(?:WHERE|FROM)\b/)) : rest;
  const named = `\\b(?:${alias}\\.|(?<![.\\w]))${column}`;
  return new RegExp(`${named} = ${owner}\\b(?! OR\\b)`).test(condition);
}
