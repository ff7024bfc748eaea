import { Column, Entity, PrimaryColumn } from 'typeorm';

export type ClosureStatus = 'grace' | 'cancelled' | 'purging' | 'purged';

/** A step that was done, when last, and how many times if more than once. */
export interface ClosureStep {
  step: string;
  at: string;
  tries?: number;
}

/** One place the search looked at, and how many traces of the tenant it found there. */
export interface Finding {
  where: string;
  found: number;
}

/** The request to end an account, and what became of it. Outlives the account; names nobody. */
@Entity({ name: 'closures' })
export class ClosureEntity {
  @PrimaryColumn({ type: 'text' }) id!: string;
  @Column({ name: 'tenant_id', type: 'text' }) tenantId!: string;
  @Column({ type: 'text' }) status!: ClosureStatus;
  @Column({ name: 'requested_by', type: 'text' }) requestedBy!: 'owner' | 'administrator';
  @Column({ name: 'requested_at', type: 'timestamptz' }) requestedAt!: Date;
  @Column({ name: 'purge_at', type: 'timestamptz' }) purgeAt!: Date;
  @Column({ name: 'cancelled_at', type: 'timestamptz', nullable: true }) cancelledAt!: Date | null;
  @Column({ name: 'purged_at', type: 'timestamptz', nullable: true }) purgedAt!: Date | null;
  @Column({ type: 'jsonb' }) steps!: ClosureStep[];
  @Column({ type: 'jsonb', nullable: true }) evidence!: Finding[] | null;
}
