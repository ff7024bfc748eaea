import { ApiPropertyOptional } from '@nestjs/swagger';
import { PersonName } from '../../infrastructure/validation/display-name.js';
import { EmailAddress } from '../../infrastructure/validation/email-address.js';
import { OneOf } from '../../infrastructure/validation/one-of.js';
import { OpaqueToken } from '../../infrastructure/validation/opaque-token.js';
import { PasswordText } from '../../infrastructure/validation/password-text.js';
import { ROLES, type Role } from '../../tenancy/tenancy.js';
import { MayBeLeftOut } from '../../infrastructure/validation/may-be-left-out.js';

export class InviteMemberBody {
  @EmailAddress()
  email!: string;

  @OneOf(ROLES, { example: 'analyst' })
  role!: Role;

  @ApiPropertyOptional({ description: 'Until they join and say their own.' })
  @MayBeLeftOut()
  @PersonName()
  name?: string;
}

export class ChangeMemberBody {
  @OneOf(ROLES, { example: 'admin' })
  role!: Role;
}

export class AcceptInvitationBody {
  @OpaqueToken({
    example: '7h2k9d0a1b3e5g6j8m4p.Zk3mV9x0Qw7Lr5Tb2Ny8Uc6Id4Ga1Sf0Jh3Ke5Pq7Ro',
  })
  token!: string;

  @PersonName()
  name!: string;

  @PasswordText({ description: '10 to 128 characters.' })
  password!: string;
}
