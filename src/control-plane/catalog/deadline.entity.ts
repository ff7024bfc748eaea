import { Column, Entity, PrimaryColumn } from 'typeorm';

export type DeadlineKind = 'purge';

/** An obligation with a date. Open while neither met nor dropped; the date is the database's clock. */
@Entity({ name: 'deadlines' })
export class DeadlineEntity {
  @PrimaryColumn({ type: 'text' }) id!: string;
  @Column({ name: 'tenant_id', type: 'text' }) tenantId!: string;
  @Column({ type: 'text' }) kind!: DeadlineKind;
  @Column({ name: 'due_at', type: 'timestamptz' }) dueAt!: Date;
  @Column({ name: 'met_at', type: 'timestamptz', nullable: true }) metAt!: Date | null;
  @Column({ name: 'dropped_at', type: 'timestamptz', nullable: true }) droppedAt!: Date | null;
  @Column({ name: 'created_at', type: 'timestamptz' }) createdAt!: Date;
}
