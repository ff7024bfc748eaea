/** One account at a provider that a grant may read. Sealed where it is stored: the provider said it. */
export interface Account {
  /** The provider's id, unique within the provider, live and test kept apart. */
  id: string;
  /** For people to recognise it by. No person's name or address. */
  name: string;
  /** IANA; days are counted in it. */
  timeZone: string;
  /** The account's own currency, upper case; null where it has none. */
  currency: string | null;
  /** Made-up data: a test mode, a sandbox. Shown as such. */
  test: boolean;
  /** What the connector needs beside (a host, a plan); small, never secret. */
  details: Readonly<Record<string, string>>;
}
