import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Sealed } from '../../src/infrastructure/envelope/sealed-format.js';
import { SEALED_COLUMN } from './sealed.transformer.js';

/** The tenant itself: one row. */
@Entity({ name: 'organization' })
export class OrganizationEntity {
  @PrimaryColumn({ name: 'only_row', type: 'boolean' }) onlyRow!: boolean;
  @Column({ name: 'tenant_id', type: 'text' }) tenantId!: string;
  @Column(SEALED_COLUMN) name!: Sealed;
  @Column(SEALED_COLUMN) slug!: Sealed;
  @Column({ name: 'created_at', type: 'timestamptz' }) createdAt!: Date;
  @Column({ name: 'updated_at', type: 'timestamptz' }) updatedAt!: Date;
}
