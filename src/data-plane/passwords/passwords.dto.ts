import { ApiProperty, ApiPropertyOptional, PickType } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import { EmailAddress } from '../../infrastructure/validation/email-address.js';
import { OpaqueToken } from '../../infrastructure/validation/opaque-token.js';
import { PasswordText } from '../../infrastructure/validation/password-text.js';
import { MayBeLeftOut } from '../../infrastructure/validation/may-be-left-out.js';
import { Slug } from '../../infrastructure/validation/slug.js';
import { ApiKeyView } from '../api-keys/api-key.dto.js';
import { OrganizationChoice } from '../organization/organization.dto.js';

export class ChangePasswordBody {
  @PasswordText({ description: 'The password until now.' })
  currentPassword!: string;

  @PasswordText({ description: 'The new one: 10 to 128 characters.' })
  newPassword!: string;
}

export class RequestPasswordResetBody {
  @EmailAddress()
  email!: string;

  @ApiPropertyOptional({
    description: 'For members of several: whose password it is about. Else a link for each.',
  })
  @MayBeLeftOut()
  @Slug()
  organization?: string;
}

/** The same for every address. */
export class ResetRequestedAnswer {
  @ApiProperty({ type: String, enum: ['accepted'], example: 'accepted' })
  status!: 'accepted';
}

export class CompletePasswordResetBody {
  @OpaqueToken({
    example: '7h2k9d0a1b3e5g6j8m4p.Zk3mV9x0Qw7Lr5Tb2Ny8Uc6Id4Ga1Sf0Jh3Ke5Pq7Ro',
  })
  token!: string;

  @PasswordText({ description: 'The new one: 10 to 128 characters.' })
  password!: string;
  @ApiPropertyOptional({
    type: Boolean,
    default: false,
    description: 'Also end the API keys that the member has a say over, whoever made them.',
  })
  @MayBeLeftOut()
  @IsBoolean()
  revokeKeys?: boolean;
}

export class StayingApiKey extends PickType(ApiKeyView, [
  'id',
  'name',
  'role',
  'hint',
  'createdAt',
] as const) {}

export class PasswordResetAnswer {
  @ApiProperty({ type: OrganizationChoice, description: 'Whose password it was.' })
  organization!: OrganizationChoice;

  @ApiProperty({ type: Number, description: 'API keys ended by `revokeKeys`.', example: 0 })
  revokedApiKeys!: number;

  @ApiProperty({
    type: [StayingApiKey],
    description:
      'API keys that go on working, the newest 200. End one with `DELETE /v1/api-keys/{id}`.',
  })
  apiKeys!: StayingApiKey[];
}
