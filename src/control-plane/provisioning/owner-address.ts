/**
 * Told of an account that was just opened, so that its owner is asked to prove the address: nobody has, not
 * even who signed up with it. A port: mail and members are the data plane's.
 */
export abstract class OwnerAddress {
  /** Returns at once and never fails: the account is open, and the owner can ask for another link. */
  abstract opened(email: string, tenantId: string): void;
}
