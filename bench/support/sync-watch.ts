/** How far a sync is, by what it has committed. */
export interface SyncedSoFar {
  runs: readonly { status: string; records: number; problem: string | null }[];
  /** The earliest day that is there, by stream. */
  coveredFrom: Readonly<Record<string, string>>;
}
