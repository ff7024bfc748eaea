/** What a new account starts with. */
export interface NewAccount {
  organization: { name: string; slug: string };
  owner: { name: string; email: string; passwordHash: string };
}

export interface SeededAccount {
  ownerId: string;
  /** In clear, this once; the tenant's database keeps its hash. */
  apiKey: string;
}

/**
 * Writes the first rows of a tenant's own database. A port: the data plane knows those tables.
 * Called inside the tenant's scope; safe to run twice.
 */
export abstract class AccountSeed {
  abstract seed(account: NewAccount & { tenantId: string }): Promise<SeededAccount>;
}
