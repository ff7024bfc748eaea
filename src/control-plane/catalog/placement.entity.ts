import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Isolation, Placement } from '../../tenancy/tenant-record.js';

/** Where a tenant (or a ready placement) lies; the columns both tables share. */
export abstract class PlacementColumns {
  @PrimaryColumn({ name: 'tenant_id', type: 'text' }) tenantId!: string;
  @Column({ name: 'server_id', type: 'text' }) serverId!: string;
  @Column({ type: 'text' }) isolation!: Isolation;
  @Column({ name: 'database_name', type: 'text' }) database!: string;
  @Column({ name: 'schema_name', type: 'text' }) schema!: string;
  @Column({ name: 'owner_role', type: 'text' }) ownerRole!: string;
  @Column({ name: 'login_role', type: 'text' }) loginRole!: string;
  @Column({ name: 'login_sealed', type: 'bytea' }) loginSealed!: Buffer;
  @Column({ name: 'schema_version', type: 'integer' }) schemaVersion!: number;
}

@Entity({ name: 'placements' })
export class PlacementEntity extends PlacementColumns {}

@Entity({ name: 'ready_placements' })
export class ReadyPlacementEntity extends PlacementColumns {
  @Column({ type: 'text' }) state!: 'preparing' | 'ready' | 'discarding';
  @Column({ name: 'lease_until', type: 'timestamptz' }) leaseUntil!: Date;
  @Column({ name: 'created_at', type: 'timestamptz' }) createdAt!: Date;
}

export function placementOf(row: PlacementColumns): Placement {
  return {
    serverId: row.serverId,
    isolation: row.isolation,
    database: row.database,
    schema: row.schema,
    ownerRole: row.ownerRole,
    loginRole: row.loginRole,
    loginSealed: row.loginSealed,
    schemaVersion: row.schemaVersion,
  };
}
