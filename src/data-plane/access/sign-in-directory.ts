/**
 * Which tenant an e-mail address signs in to. A port: the catalog implements it, where addresses
 * are only keyed hashes. Addresses are given in lower case.
 */
export abstract class SignInDirectory {
  /** The tenant with this slug if the address belongs to it, or the one it joined first; or null. */
  abstract find(email: string, organizationSlug?: string): Promise<string | null>;
  /** Repeatable. */
  abstract add(email: string, tenantId: string): Promise<void>;
  /** Repeatable. */
  abstract remove(email: string, tenantId: string): Promise<void>;
}
