import { Column, Entity, JoinColumn, OneToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { Isolation, TenantRecord } from '../../tenancy/tenant-record.js';
import type { TenantStatus } from '../../tenancy/tenant-status.js';
import { PlacementEntity, placementOf } from './placement.entity.js';
import { storageUseOf, TenantStorageEntity } from './tenant-storage.entity.js';

@Entity({ name: 'tenants' })
export class TenantEntity {
  @PrimaryColumn({ type: 'text' }) id!: string;
  @Column({ type: 'text' }) status!: TenantStatus;
  @Column({ type: 'text' }) isolation!: Isolation;
  @Column({ type: 'text' }) region!: string;
  @Column({ name: 'created_at', type: 'timestamptz' }) createdAt!: Date;
  @Column({ name: 'status_changed_at', type: 'timestamptz' }) statusChangedAt!: Date;
  @Column({ name: 'lease_holder', type: 'text', nullable: true }) leaseHolder!: string | null;
  @Column({ name: 'lease_until', type: 'timestamptz', nullable: true }) leaseUntil!: Date | null;

  @OneToOne(() => PlacementEntity)
  @JoinColumn({ name: 'id', referencedColumnName: 'tenantId' })
  placement!: Relation<PlacementEntity> | null;

  @OneToOne(() => TenantStorageEntity)
  @JoinColumn({ name: 'id', referencedColumnName: 'tenantId' })
  storage?: Relation<TenantStorageEntity> | null;
}

export function tenantRecordOf(row: TenantEntity): TenantRecord {
  return {
    id: row.id,
    status: row.status,
    isolation: row.isolation,
    region: row.region,
    createdAt: row.createdAt,
    placement: row.placement === null ? null : placementOf(row.placement),
    storage: storageUseOf(row.storage),
  };
}
