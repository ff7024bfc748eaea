/** One cell of one tenant. A sealed value opens in the cell it was sealed for and in no other. */
export interface CellPlace {
  tenantId: string;
  table: string;
  column: string;
  /** The row's id. Chosen before sealing, never changed after. */
  row: string;
}
