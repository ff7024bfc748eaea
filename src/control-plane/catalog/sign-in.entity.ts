import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Which tenants an e-mail address signs in to; the address only as a keyed hash. */
@Entity({ name: 'sign_ins' })
export class SignInEntity {
  @PrimaryColumn({ name: 'email_hash', type: 'bytea' }) emailHash!: Buffer;
  @PrimaryColumn({ name: 'tenant_id', type: 'text' }) tenantId!: string;
  @Column({ name: 'proved_at', type: 'timestamptz', nullable: true }) provedAt!: Date | null;
  @Column({ name: 'created_at', type: 'timestamptz' }) createdAt!: Date;
}
