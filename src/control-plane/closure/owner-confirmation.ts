import type { Actor } from '../../tenancy/tenancy.js';

/** Proves that an owner means it. A port: members live in the tenant's own database. Called in the tenant's scope. */
export abstract class OwnerConfirmation {
  abstract organizationSlug(): Promise<string>;
  /** @throws AppError `login_throttled` after too many wrong ones */
  abstract confirmOwner(input: { password: string; actor: Actor }): Promise<boolean>;
}
