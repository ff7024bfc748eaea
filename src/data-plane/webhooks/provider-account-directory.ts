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
  /**
   * Repeatable. Several tenants may read one account, and one account may have several names (see
   * `Connector.knownAs`). For the tenant in context.
   */
  abstract add(provider: string, accountId: string, integrationId: string): Promise<void>;
  /** All its names. Repeatable. For the tenant in context. */
  abstract remove(integrationId: string): Promise<void>;
  /** Of all tenants, but of none that is being deleted. @throws NotCentralError outside `tenancy.central` */
  abstract find(provider: string, accountId: string): Promise<AccountHolder[]>;
  /**
   * Up to `limit` whose connection was not looked at for a day; each is given to one caller.
   *
   * @throws NotCentralError outside `tenancy.central`
   */
  abstract dueForProbe(limit: number): Promise<AccountHolder[]>;
  /** Of these events, the ids of those not acted on yet. */
  abstract unseen(provider: string, eventIds: readonly string[]): Promise<Set<string>>;
  /** Remembers that they were acted on. Repeatable. */
  abstract note(provider: string, eventIds: readonly string[]): Promise<void>;
  /** Deletes those that no provider sends again; says how many. */
  abstract deleteOldEvents(): Promise<number>;
}
