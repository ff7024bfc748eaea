import type { TenantStatus } from './tenant-status.js';

export const ISOLATIONS = ['database', 'schema'] as const;
export type Isolation = (typeof ISOLATIONS)[number];

/** Where a tenant lives. All names are random and safe as SQL identifiers. */
export interface Placement {
  serverId: string;
  isolation: Isolation;
  database: string;
  schema: string;
  ownerRole: string;
  loginRole: string;
  /** The login role's password; `TenantLogins` opens it. */
  loginSealed: Buffer;
  schemaVersion: number;
}

/** What the catalog knows of a tenant: no name, no person. */
export interface TenantRecord {
  id: string;
  status: TenantStatus;
  isolation: Isolation;
  region: string;
  createdAt: Date;
  /** Null before provisioning has chosen a place and after a purge. */
  placement: Placement | null;
}
