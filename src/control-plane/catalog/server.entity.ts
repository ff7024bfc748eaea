import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A PostgreSQL server of the fleet; one for now. Its address is a setting, not a row. */
@Entity({ name: 'servers' })
export class ServerEntity {
  @PrimaryColumn({ type: 'text' }) id!: string;
  @Column({ type: 'text' }) status!: 'open' | 'draining';
  @Column({ name: 'created_at', type: 'timestamptz' }) createdAt!: Date;
}

export const PRIMARY_SERVER = 'primary';
