import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { OrganizationName } from '../../infrastructure/validation/display-name.js';
import { Slug } from '../../infrastructure/validation/slug.js';
import { ISOLATIONS, type Isolation } from '../../tenancy/tenant-record.js';
import { TENANT_STATUSES, type TenantStatus } from '../../tenancy/tenant-status.js';

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

export class TenantView extends TenantSummary {
  @ApiProperty({ type: String, format: 'date-time', example: '2026-01-31T09:12:44.120Z' })
  createdAt!: Date;
}

export class ChangeTenantBody {
  @ApiPropertyOptional()
  @IsOptional()
  @OrganizationName()
  name?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @Slug()
  slug?: string;
}
