import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The tenant itself: one row. */
@Entity({ name: 'organization' })
export class OrganizationEntity {
  @PrimaryColumn({ name: 'only_row', type: 'boolean' }) onlyRow!: boolean;
  @Column({ name: 'tenant_id', type: 'text' }) tenantId!: string;
  @Column({ type: 'text' }) name!: string;
  @Column({ type: 'text' }) slug!: string;
  @Column({ name: 'created_at', type: 'timestamptz' }) createdAt!: Date;
  @Column({ name: 'updated_at', type: 'timestamptz' }) updatedAt!: Date;
}
