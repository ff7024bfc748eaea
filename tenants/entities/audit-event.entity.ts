import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Sealed } from '../../src/infrastructure/envelope/sealed-format.js';
import { SEALED_COLUMN } from './sealed.transformer.js';

@Entity({ name: 'audit_events' })
export class AuditEventEntity {
  @PrimaryColumn({ type: 'text' }) id!: string;
  /** A bigint: text in JavaScript. Grows with time, so it orders the log. */
  @Column({ type: 'bigint', insert: false, update: false }) position!: string;
  @Column({ type: 'timestamptz' }) at!: Date;
  @Column({ name: 'actor_kind', type: 'text' }) actorKind!: string;
  @Column({ name: 'actor_id', type: 'text', nullable: true }) actorId!: string | null;
  @Column({ type: 'text' }) action!: string;
  @Column({ name: 'target_id', type: 'text', nullable: true }) targetId!: string | null;
  @Column({ name: 'request_id', type: 'text', nullable: true }) requestId!: string | null;
  /** JSON. Null: nothing more to say. */
  @Column({ ...SEALED_COLUMN, nullable: true }) details!: Sealed | null;
}
