import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { OrganizationName } from '../../infrastructure/validation/display-name.js';
import { Slug } from '../../infrastructure/validation/slug.js';
import {
  ISOLATIONS,
  STORAGE_LEVELS,
  type Isolation,
  type StorageLevel,
  type StorageUse,
} from '../../tenancy/tenant-record.js';
import { TENANT_STATUSES, type TenantStatus } from '../../tenancy/tenant-status.js';
import { MayBeLeftOut } from '../../infrastructure/validation/may-be-left-out.js';

/** What a person calls a tenant, for choosing between several. */
export class OrganizationChoice {
  @ApiProperty({ type: String, example: 'Bluebird Coffee' })
  name!: string;

  @ApiProperty({ type: String, example: 'bluebird-coffee' })
  slug!: string;
}

/** The tenant as it appears in other answers. */
export class TenantSummary {
  @ApiProperty({ type: String, example: 'tnt_7h2k9d0a1b3e5g6j8m4p' })
  id!: string;

  @ApiProperty({ type: String, example: 'Bluebird Coffee' })
  name!: string;

  @ApiProperty({ type: String, example: 'bluebird-coffee' })
  slug!: string;

  @ApiProperty({ enum: TENANT_STATUSES, example: 'active' })
  status!: TenantStatus;

  @ApiProperty({ enum: ISOLATIONS, example: 'database' })
  isolation!: Isolation;

  @ApiProperty({ type: String, example: 'local' })
  region!: string;
}

export class StorageView {
  @ApiProperty({ enum: STORAGE_LEVELS, example: 'within' })
  level!: StorageLevel;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: 14_680_064,
    description: 'On the disk of its server, as last measured; null before the first time.',
  })
  bytes!: number | null;

  @ApiProperty({ type: Number, nullable: true, example: 2_147_483_648 })
  maxBytes!: number | null;

  @ApiProperty({ type: Number, nullable: true, example: 1_204, description: 'An estimate.' })
  rows!: number | null;

  @ApiProperty({ type: Number, nullable: true, example: 10_000_000 })
  maxRows!: number | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: '2026-01-31T09:12:44.120Z',
  })
  measuredAt!: Date | null;
}

export function storageView(
  use: StorageUse | null | undefined,
  { tenantMaxBytes, tenantMaxRows }: { tenantMaxBytes: number; tenantMaxRows: number },
): StorageView {
  return {
    level: use?.level ?? 'within',
    bytes: use?.bytes ?? null,
    maxBytes: tenantMaxBytes === 0 ? null : tenantMaxBytes,
    rows: use?.rows ?? null,
    maxRows: tenantMaxRows === 0 ? null : tenantMaxRows,
    measuredAt: use?.measuredAt ?? null,
  };
}

export class TenantView extends TenantSummary {
  @ApiProperty({ type: String, format: 'date-time', example: '2026-01-31T09:12:44.120Z' })
  createdAt!: Date;

  @ApiProperty({ type: StorageView })
  storage!: StorageView;
}

export class ChangeTenantBody {
  @ApiPropertyOptional()
  @MayBeLeftOut()
  @OrganizationName()
  name?: string;

  @ApiPropertyOptional()
  @MayBeLeftOut()
  @Slug()
  slug?: string;
}
