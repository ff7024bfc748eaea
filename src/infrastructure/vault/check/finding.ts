/** One thing that was looked at, as `numoon vault check` reports it. */
export interface Finding {
  what: string;
  expected: string;
  found: string;
  /** Null where it could not be tried; `found` says why. */
  ok: boolean | null;
}
