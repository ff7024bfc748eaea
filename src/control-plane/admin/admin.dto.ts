import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsBoolean,
  IsDefined,
  IsInt,
  IsObject,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { OrganizationName, PersonName } from '../../infrastructure/validation/display-name.js';
import { EmailAddress } from '../../infrastructure/validation/email-address.js';
import { OneOf } from '../../infrastructure/validation/one-of.js';
import { PasswordText } from '../../infrastructure/validation/password-text.js';
import {
  ISOLATIONS,
  STORAGE_LEVELS,
  type Isolation,
  type StorageLevel,
  type TenantRecord,
} from '../../tenancy/tenant-record.js';
import { TENANT_STATUSES, type TenantStatus } from '../../tenancy/tenant-status.js';
import { GRACE_DAYS } from '../closure/request-closure.js';
import { RetryDto } from './failing.dto.js';
import type { ShownTenant } from './show-tenant.js';
import { REGIONS } from '../provisioning/signup.dto.js';
import { MayBeLeftOut } from '../../infrastructure/validation/may-be-left-out.js';
import { QueryInteger } from '../../infrastructure/validation/query-integer.js';

const TENANT_ID = /^tnt_[a-z0-9]{20}$/;

export class AdminOwnerDto {
  @PersonName() name!: string;
  @EmailAddress() email!: string;
  @MayBeLeftOut()
  @PasswordText({ description: 'Left out: the owner sets one through a reset link.' })
  password?: string;
}

export class CreateTenantDto {
  @OrganizationName() organization!: string;

  @ApiProperty({ type: AdminOwnerDto })
  @IsDefined()
  @IsObject()
  @ValidateNested()
  @Type(() => AdminOwnerDto)
  owner!: AdminOwnerDto;

  @OneOf(ISOLATIONS, { optional: true }) isolation?: Isolation;
  @OneOf(REGIONS, { optional: true }) region?: string;
}

export class AdminCloseDto {
  @ApiProperty({
    type: 'integer',
    required: false,
    minimum: GRACE_DAYS.min,
    maximum: GRACE_DAYS.max,
    default: 7,
  })
  @MayBeLeftOut()
  @IsInt()
  @Min(GRACE_DAYS.min)
  @Max(GRACE_DAYS.max)
  graceDays?: number;
}

export class TenantPageQueryDto {
  @QueryInteger({ minimum: 1, maximum: 500, default: 100 })
  limit?: number;

  @ApiProperty({
    required: false,
    pattern: TENANT_ID.source,
    description: '`nextCursor` of the page before.',
  })
  @MayBeLeftOut()
  @Matches(TENANT_ID, { message: 'must be the nextCursor of the page before' })
  cursor?: string;

  @OneOf(TENANT_STATUSES, { optional: true }) status?: TenantStatus;
}

export class DeadlineQueryDto {
  @QueryInteger({ minimum: 1, maximum: 500, default: 100 })
  limit?: number;
}

export class DoctorDto {
  @ApiProperty({
    required: false,
    default: false,
    description: 'Remove what belongs to no tenant, databases with data included.',
  })
  @MayBeLeftOut()
  @IsBoolean()
  fix?: boolean;
}

export class InviteSignupDto {
  @ApiProperty({ type: 'integer', required: false, minimum: 1, maximum: 90, default: 7 })
  @MayBeLeftOut()
  @IsInt()
  @Min(1)
  @Max(90)
  validDays?: number;
}

export class SignupInvitationDto {
  @ApiProperty({ example: 'inv_4m2k8c1x9q7w5e3r6t0y2u4i' }) invitation!: string;
  @ApiProperty({ type: String, format: 'date-time', example: '2026-02-08T10:00:00.000Z' })
  expiresAt!: string;
}

export class PlacementDto {
  @ApiProperty({ example: 'primary' }) server!: string;
  @ApiProperty({ example: 'nm_4k2m8c1x9q7w5e3r' }) database!: string;
  @ApiProperty({ example: 'public' }) schema!: string;
  @ApiProperty({ example: 'nm_8h3n5b7v9c1x3z5a' }) role!: string;
  @ApiProperty({ type: 'integer', example: 1 }) schemaVersion!: number;
}

export class StorageUseDto {
  @ApiProperty({ enum: [...STORAGE_LEVELS], example: 'within' }) level!: StorageLevel;
  @ApiProperty({ example: 14_680_064 }) bytes!: number;
  @ApiProperty({ example: 1_204 }) rows!: number;
  @ApiProperty({ example: '2026-02-01T10:00:00.000Z' }) measuredAt!: string;
}

export class AdminTenantDto {
  @ApiProperty({ example: 'tnt_4k2m8c1x9q7w5e3r6t0y' }) id!: string;
  @ApiProperty({ enum: TENANT_STATUSES, example: 'active' }) status!: TenantStatus;
  @ApiProperty({ enum: [...ISOLATIONS], example: 'database' }) isolation!: Isolation;
  @ApiProperty({ example: 'local' }) region!: string;
  @ApiProperty({ type: String, format: 'date-time', example: '2026-02-01T10:00:00.000Z' })
  createdAt!: string;
  @ApiProperty({ type: PlacementDto, nullable: true }) placement!: PlacementDto | null;
  @ApiProperty({ type: StorageUseDto, nullable: true, description: 'Null before it was measured.' })
  storage!: StorageUseDto | null;
}

export class OrganizationNamesDto {
  @ApiProperty({ example: 'Acme' }) name!: string;
  @ApiProperty({ example: 'acme' }) slug!: string;
}

export class ShownTenantDto extends AdminTenantDto {
  @ApiProperty({
    type: OrganizationNamesDto,
    nullable: true,
    description: "Opened with the tenant's key; null while that cannot be had.",
  })
  organization!: OrganizationNamesDto | null;
}

export class RotationStartedDto {
  @ApiProperty({ example: 'tnt_4k2m8c1x9q7w5e3r6t0y' }) tenantId!: string;
  @ApiProperty({ enum: ['running'], example: 'running' }) state!: 'running';
}

export class AdminTenantPageDto {
  @ApiProperty({ type: [AdminTenantDto] }) items!: AdminTenantDto[];
  @ApiProperty({ type: String, nullable: true, example: null }) nextCursor!: string | null;
}

export class DeadlineDto {
  @ApiProperty({ example: 'tnt_4k2m8c1x9q7w5e3r6t0y' }) tenantId!: string;
  @ApiProperty({ example: 'purge' }) kind!: string;
  @ApiProperty({ type: String, format: 'date-time', example: '2026-02-08T10:00:00.000Z' })
  dueAt!: string;
  @ApiProperty({ type: 'integer', example: 0 }) overdueSeconds!: number;
  @ApiProperty({
    type: RetryDto,
    nullable: true,
    description: 'Meeting it has failed: what is in the way, and when it is tried again.',
  })
  retry!: RetryDto | null;
}

export class RetriedDto {
  @ApiProperty({ example: 'tnt_4k2m8c1x9q7w5e3r6t0y' }) tenantId!: string;
  @ApiProperty({
    type: [String],
    example: ['purge'],
    description: 'Work that waited and is tried at once.',
  })
  retried!: string[];
}

export class DeadlinesDto {
  @ApiProperty({ type: [DeadlineDto] }) items!: DeadlineDto[];
}

export function shownTenant({ record, organization }: ShownTenant): ShownTenantDto {
  return { ...adminTenant(record), organization };
}

export function adminTenant(record: TenantRecord): AdminTenantDto {
  const place = record.placement;
  return {
    id: record.id,
    status: record.status,
    isolation: record.isolation,
    region: record.region,
    createdAt: record.createdAt.toISOString(),
    storage:
      record.storage == null
        ? null
        : { ...record.storage, measuredAt: record.storage.measuredAt.toISOString() },
    placement:
      place === null
        ? null
        : {
            server: place.serverId,
            database: place.database,
            schema: place.schema,
            role: place.loginRole,
            schemaVersion: place.schemaVersion,
          },
  };
}
