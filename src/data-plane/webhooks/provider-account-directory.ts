/** One integration that an account at a provider leads to. */
export interface AccountHolder {
  tenantId: string;
  integrationId: string;
}

/**
 * Which integrations read an account at a provider, and which deliveries were taken in. A port: the
 * catalog implements it with keyed hashes, so it still names nobody.
 */
export abstract class ProviderAccountDirectory {
  /** Repeatable. Several tenants may read one account. */
  abstract add(provider: string, accountId: string, holder: AccountHolder): Promise<void>;
  abstract remove(integrationId: string): Promise<void>;
  abstract find(provider: string, accountId: string): Promise<AccountHolder[]>;
  /** True for exactly one of several calls with the same event. */
  abstract firstSeen(provider: string, eventId: string): Promise<boolean>;
  /** Takes that back, for an event that could not be acted on: the provider sends it again. */
  abstract forgetEvent(provider: string, eventId: string): Promise<void>;
  abstract deleteOldEvents(): Promise<void>;
}
