export type SealedKind = 'text' | 'json' | 'bytes';

/** A column of a tenant's database whose values are sealed. Listed in `tenants/sealed-columns.ts`. */
export interface SealedColumn<Kind extends SealedKind = SealedKind> {
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

/** For content in a form of its own, which says in itself where it belongs. */
export function sealedBytes(table: string, column: string): SealedColumn<'bytes'> {
  return { table, column, kind: 'bytes' };
}
