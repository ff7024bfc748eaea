import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsDefined, IsObject, ValidateNested } from 'class-validator';
import { OrganizationName, PersonName } from '../../infrastructure/validation/display-name.js';
import { EmailAddress } from '../../infrastructure/validation/email-address.js';
import { OneOf } from '../../infrastructure/validation/one-of.js';
import { OpaqueToken } from '../../infrastructure/validation/opaque-token.js';
import { PasswordText } from '../../infrastructure/validation/password-text.js';
import { ISOLATIONS, type Isolation } from '../../tenancy/tenant-record.js';
import { TENANT_STATUSES, type TenantStatus } from '../../tenancy/tenant-status.js';
import type { OpenedAccount } from './open-account.js';
import { MayBeLeftOut } from '../../infrastructure/validation/may-be-left-out.js';

/** Where data lies; one region for now. */
export const REGIONS = ['local'] as const;

export class OwnerDto {
  @PersonName() name!: string;
  @EmailAddress() email!: string;
  @PasswordText() password!: string;
}

export class SignupDto {
  @OrganizationName() organization!: string;

  @ApiProperty({ type: OwnerDto })
  @IsDefined()
  @IsObject()
  @ValidateNested()
  @Type(() => OwnerDto)
  owner!: OwnerDto;

  @OneOf(ISOLATIONS, {
    optional: true,
    description: 'A database of its own, or a schema in a shared one for small accounts.',
  })
  isolation?: Isolation;

  @OneOf(REGIONS, { optional: true, description: 'Where the data lies.' })
  region?: string;

  @ApiProperty({ required: false, description: 'Needed where signup is by invitation.' })
  @MayBeLeftOut()
  @OpaqueToken({ description: 'Signup invitation code.', example: 'inv_4m2k8c1x9q7w5e3r6t0y2u4i' })
  invitation?: string;
}

export class TenantDto {
  @ApiProperty({ example: 'tnt_4k2m8c1x9q7w5e3r6t0y' }) id!: string;
  @ApiProperty({ example: 'Bluebird Coffee' }) name!: string;
  @ApiProperty({ example: 'bluebird-coffee' }) slug!: string;
  @ApiProperty({ enum: TENANT_STATUSES, example: 'active' }) status!: TenantStatus;
  @ApiProperty({ enum: [...ISOLATIONS], example: 'database' }) isolation!: Isolation;
  @ApiProperty({ example: 'local' }) region!: string;
}

export class SignupAnswerDto {
  @ApiProperty({ type: TenantDto }) tenant!: TenantDto;

  @ApiProperty({
    description: 'Has the role of the owner. Shown this once; we keep only a hash.',
    example: 'nm_4k2m8c1x9q7w5e3r6t0y8h3n5b7v9c1x3z5a7s9d1f3g5h7j',
  })
  apiKey!: string;
}

export function signupAnswer(account: OpenedAccount): SignupAnswerDto {
  const { id, name, slug, status, isolation, region } = account.tenant;
  return { tenant: { id, name, slug, status, isolation, region }, apiKey: account.owner.apiKey };
}
