import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { EmailAddress } from '../../infrastructure/validation/email-address.js';
import { OpaqueToken } from '../../infrastructure/validation/opaque-token.js';
import { PasswordText } from '../../infrastructure/validation/password-text.js';
import { Slug } from '../../infrastructure/validation/slug.js';

export class ChangePasswordBody {
  @PasswordText({ description: 'The password until now.' })
  currentPassword!: string;

  @PasswordText({ description: 'The new one: 10 to 128 characters.' })
  newPassword!: string;
}

export class RequestPasswordResetBody {
  @EmailAddress()
  email!: string;

  @ApiPropertyOptional({ description: 'For members of several: whose password it is about.' })
  @IsOptional()
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
}
