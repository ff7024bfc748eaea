/**
 * Links sent to an address that prove it to be of whoever opens one. A port: the catalog implements it,
 * since a link in a tenant's own database could be planted by that tenant's role, with anybody's address.
 * Whose address it becomes is the tenant in context.
 */
export abstract class AddressProofs {
  /** From now on the link proves the address, once. */
  abstract offer(link: { linkHash: Buffer; email: string; minutes: number }): Promise<void>;
  /** True for exactly one caller. */
  abstract claim(linkHash: Buffer): Promise<boolean>;
}
