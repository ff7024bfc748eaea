/** A row as the database gives it: these columns are still sealed. */
export type SealedRow<Row, Columns extends keyof Row> = Omit<Row, Columns> &
  Record<Columns, Buffer>;
