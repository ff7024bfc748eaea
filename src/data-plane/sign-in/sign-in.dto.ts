import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { EmailAddress } from '../../infrastructure/validation/email-address.js';
import { PasswordText } from '../../infrastructure/validation/password-text.js';
import { Slug } from '../../infrastructure/validation/slug.js';
import { ROLES, type Role } from '../../tenancy/tenancy.js';
import { TenantSummary } from '../organization/organization.dto.js';

export class LoginBody {
  @EmailAddress()
  email!: string;

  @PasswordText()
  password!: string;

  @ApiPropertyOptional({
    description:
      'For members of several: the slug of the one to sign in to. Else the first joined.',
  })
  @IsOptional()
  @Slug()
  organization?: string;
}

export class MeMember {
  @ApiProperty({ type: String, example: 'mbr_4f7c2k9d0a1b3e5g6h8j' })
  id!: string;

  @ApiProperty({ type: String, example: 'Ada Lovelace' })
  name!: string;

  @ApiProperty({ type: String, example: 'ada@example.com' })
  email!: string;

  @ApiProperty({ enum: ROLES, example: 'owner' })
  role!: Role;
}

export class MeApiKey {
  @ApiProperty({ type: String, example: 'key_2b5d8f1h4k7m0p3r6t9v' })
  id!: string;

  @ApiProperty({ type: String, example: 'Nightly report' })
  name!: string;

  @ApiProperty({ enum: ROLES, example: 'analyst' })
  role!: Role;

  @ApiProperty({ type: String, description: 'The last four characters.', example: 'x7q2' })
  hint!: string;
}

export class LoginAnswer {
  @ApiProperty({ type: MeMember })
  member!: MeMember;

  @ApiProperty({ type: TenantSummary })
  tenant!: TenantSummary;
}

export class Me {
  @ApiProperty({ type: TenantSummary })
  tenant!: TenantSummary;

  @ApiPropertyOptional({ type: MeMember, description: 'With a session.' })
  member?: MeMember;

  @ApiPropertyOptional({ type: MeApiKey, description: 'With an API key.' })
  apiKey?: MeApiKey;
}
