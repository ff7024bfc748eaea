import { SetMetadata } from '@nestjs/common';
import type { Actor, Role } from './tenancy.js';
import type { TenantRecord } from './tenant-record.js';

/** Who may call a route. Every route declares exactly one; a route without it stops the start-up. */
export type Access =
  | { who: 'anyone' }
  /** The secret in the call itself (a status link, an invitation) is the permission. */
  | { who: 'holder' }
  | { who: 'administrator' }
  | {
      who: 'member';
      roles: readonly Role[];
      /** Also while the account is closing; then for the owner alone. */
      whileClosing: boolean;
    };

export const ACCESS = Symbol('access');

export const Anyone = () => SetMetadata(ACCESS, { who: 'anyone' } satisfies Access);

export const Holder = () => SetMetadata(ACCESS, { who: 'holder' } satisfies Access);

export const Administrators = () => SetMetadata(ACCESS, { who: 'administrator' } satisfies Access);

/** Members of the tenant with one of these roles, by session cookie or API key. */
export const Members = (...roles: Role[]) =>
  SetMetadata(ACCESS, { who: 'member', roles, whileClosing: false } satisfies Access);

/** As `Members`; the owner may go on calling it in the grace of a closure (reading, export, cancelling). */
export const MembersAlsoWhileClosing = (...roles: Role[]) =>
  SetMetadata(ACCESS, { who: 'member', roles, whileClosing: true } satisfies Access);

/** Whose credential it was. */
export interface Identity {
  tenant: TenantRecord;
  actor: Extract<Actor, { kind: 'member' | 'api-key' }>;
}

/**
 * Proves credentials. A port: the data plane implements it (members, keys and sessions live in the
 * tenant's own database), the HTTP edge asks it. Null means not valid, for whatever reason.
 */
export abstract class Credentials {
  abstract byApiKey(key: string): Promise<Identity | null>;
  abstract bySession(token: string): Promise<Identity | null>;
}
