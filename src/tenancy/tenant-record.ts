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

/** How near what is stored is to what is allowed; see docs/decisions/0023-storage-quota.md. */
export const STORAGE_LEVELS = ['within', 'near', 'full', 'over'] as const;
export type StorageLevel = (typeof STORAGE_LEVELS)[number];

/** How much a tenant stores, as it was last measured. */
export interface StorageUse {
  level: StorageLevel;
  bytes: number;
  /** An estimate of the server's. */
  rows: number;
  measuredAt: Date;
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
  /** Null or absent before it was measured. */
  storage?: StorageUse | null;
}

/** Whether nothing may be written for it any more that grows. */
export function isFull({ storage }: TenantRecord): boolean {
  return storage?.level === 'full' || storage?.level === 'over';
}
