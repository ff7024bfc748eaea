import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { StorageLevel, StorageUse } from '../../tenancy/tenant-record.js';

@Entity({ name: 'tenant_storage' })
export class TenantStorageEntity {
  @PrimaryColumn({ name: 'tenant_id', type: 'text' }) tenantId!: string;
  @Column({ type: 'bigint' }) bytes!: string;
  @Column({ type: 'bigint' }) rows!: string;
  @Column({ type: 'text' }) level!: StorageLevel;
  @Column({ name: 'measured_at', type: 'timestamptz' }) measuredAt!: Date;
}

export function storageUseOf(row: TenantStorageEntity | null | undefined): StorageUse | null {
  if (row == null) return null;
  const { level, measuredAt } = row;
  return { level, bytes: Number(row.bytes), rows: Number(row.rows), measuredAt };
}
