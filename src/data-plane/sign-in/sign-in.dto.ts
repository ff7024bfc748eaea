import { ApiProperty, ApiPropertyOptional, PickType } from '@nestjs/swagger';
import { EmailAddress } from '../../infrastructure/validation/email-address.js';
import { PasswordText } from '../../infrastructure/validation/password-text.js';
import { Slug } from '../../infrastructure/validation/slug.js';
import { ApiKeyView } from '../api-keys/api-key.dto.js';
import { MemberView } from '../members/member.dto.js';
import { TenantSummary } from '../organization/organization.dto.js';
import { MayBeLeftOut } from '../../infrastructure/validation/may-be-left-out.js';

export class LoginBody {
  @EmailAddress()
  email!: string;

  @PasswordText()
  password!: string;

  @ApiPropertyOptional({
    description:
      'For members of several: the slug of the one to sign in to. Else the one whose password it is.',
  })
  @MayBeLeftOut()
  @Slug()
  organization?: string;
}

export class MeMember extends PickType(MemberView, ['id', 'name', 'email', 'role'] as const) {}

export class MeApiKey extends PickType(ApiKeyView, ['id', 'name', 'role', 'hint'] as const) {}

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
