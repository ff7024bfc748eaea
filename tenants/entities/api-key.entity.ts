import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity({ name: 'api_keys' })
export class ApiKeyEntity {
  @PrimaryColumn({ type: 'text' }) id!: string;
  @Column({ type: 'text' }) name!: string;
  @Column({ type: 'text' }) role!: 'owner' | 'admin' | 'analyst';
  /** SHA-256 of the key. */
  @Column({ name: 'key_hash', type: 'bytea' }) keyHash!: Buffer;
  /** The last four characters. */
  @Column({ type: 'text' }) hint!: string;
  /** The member answerable for it, also where another key of theirs made it. */
  @Column({ name: 'created_by', type: 'text', nullable: true }) createdBy!: string | null;
  @Column({ name: 'created_at', type: 'timestamptz' }) createdAt!: Date;
}
