/** A column of a tenant's database whose values are sealed. Listed in `tenants/sealed-columns.ts`. */
export interface SealedColumn<Kind extends 'text' | 'json' = 'text' | 'json'> {
  readonly table: string;
  readonly column: string;
  readonly kind: Kind;
}

export function sealedText(table: string, column: string): SealedColumn<'text'> {
  return { table, column, kind: 'text' };
}

export function sealedJson(table: string, column: string): SealedColumn<'json'> {
  return { table, column, kind: 'json' };
}
