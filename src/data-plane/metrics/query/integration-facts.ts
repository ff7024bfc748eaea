/** What a query must know of an integration. */
export interface IntegrationFact {
  id: string;
  provider: string;
  /** The account's; days are counted in it. Null where no account was chosen yet. */
  timeZone: string | null;
}

/** The tenant's integrations, without those that were disconnected. */
export abstract class IntegrationFacts {
  abstract all(): Promise<readonly IntegrationFact[]>;
}
