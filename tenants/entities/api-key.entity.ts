import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Sealed } from '../../src/infrastructure/envelope/sealed-format.js';
import { SEALED_COLUMN } from './sealed.transformer.js';

@Entity({ name: 'api_keys' })
export class ApiKeyEntity {
  @PrimaryColumn({ type: 'text' }) id!: string;
  @Column(SEALED_COLUMN) name!: Sealed;
  @Column({ type: 'text' }) role!: 'owner' | 'admin' | 'analyst';
  /** SHA-256 of the key. */
  @Column({ name: 'key_hash', type: 'bytea' }) keyHash!: Buffer;
  /** The last four characters. */
  @Column({ type: 'text' }) hint!: string;
  /** The member answerable for it, also where another key of theirs made it. */
  @Column({ name: 'created_by', type: 'text', nullable: true }) createdBy!: string | null;
  @Column({ name: 'created_at', type: 'timestamptz' }) createdAt!: Date;
}
