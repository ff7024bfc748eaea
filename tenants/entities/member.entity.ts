import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Sealed } from '../../src/infrastructure/envelope/sealed-format.js';
import { SEALED_COLUMN } from './sealed.transformer.js';

@Entity({ name: 'members' })
export class MemberEntity {
  @PrimaryColumn({ type: 'text' }) id!: string;
  @Column(SEALED_COLUMN) name!: Sealed;
  /** In lower case. */
  @Column(SEALED_COLUMN) email!: Sealed;
  /** The tenant's keyed hash of the address. */
  @Column({ name: 'email_hash', type: 'bytea' }) emailHash!: Buffer;
  @Column({ type: 'text' }) role!: 'owner' | 'admin' | 'analyst';
  /** Null until the invitation is accepted. */
  @Column({ ...SEALED_COLUMN, name: 'password_hash', nullable: true }) passwordHash!: Sealed | null;
  /** Counts the changes of the password. */
  @Column({ name: 'password_version', type: 'integer' }) passwordVersion!: number;
  @Column({ name: 'password_changed_at', type: 'timestamptz', nullable: true })
  passwordChangedAt!: Date | null;
  @Column({ name: 'created_at', type: 'timestamptz' }) createdAt!: Date;
}
