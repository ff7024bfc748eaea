const DELETION_MS = 24 * 3_600_000;

/** By when nothing derived from an integration is left that was disconnected then. */
export function deletionDueAt(disconnectedAt: Date): Date {
  return new Date(disconnectedAt.getTime() + DELETION_MS);
}
