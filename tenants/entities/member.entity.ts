import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Role } from '../../src/tenancy/tenancy.js';

@Entity({ name: 'members' })
export class MemberEntity {
  @PrimaryColumn({ type: 'text' }) id!: string;
  @Column({ type: 'text' }) name!: string;
  /** Lower case. */
  @Column({ type: 'text' }) email!: string;
  @Column({ type: 'text' }) role!: Role;
  /** Null until the invitation is accepted. */
  @Column({ name: 'password_hash', type: 'text', nullable: true }) passwordHash!: string | null;
  @Column({ name: 'password_changed_at', type: 'timestamptz', nullable: true })
  passwordChangedAt!: Date | null;
  @Column({ name: 'created_at', type: 'timestamptz' }) createdAt!: Date;
}
