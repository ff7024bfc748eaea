export interface SignInPlace {
  tenantId: string;
  /** Whether somebody opened a link that was sent to the address, for this tenant. */
  proved: boolean;
}

/**
 * Which tenants an e-mail address signs in to. A port: the catalog implements it, where addresses are only
 * keyed hashes. Only it knows what is proved: a tenant's own database says what that tenant's role wrote.
 */
export abstract class SignInDirectory {
  /**
   * The tenant with this slug if the address belongs to it. Without one all that it belongs to, up to a
   * limit: those it has proved first, then in the order it joined them.
   *
   * @param atMost left out: as many as a sign-in may try
   */
  abstract find(email: string, organizationSlug?: string, atMost?: number): Promise<SignInPlace[]>;
  /**
   * Repeatable.
   *
   * @param linkHash of a link that was offered as a proof (`AddressProofs`), to be used up
   * @returns whether the address is proved there, now or before
   */
  abstract add(email: string, tenantId: string, linkHash?: Buffer): Promise<boolean>;
  /** Repeatable. */
  abstract remove(email: string, tenantId: string): Promise<void>;
  /** Repeatable. Lists an address under its canonical form that was listed under its former one. */
  abstract rehash(email: string, tenantId: string): Promise<void>;
}
