import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { EmailAddress } from '../../infrastructure/validation/email-address.js';
import { OpaqueToken } from '../../infrastructure/validation/opaque-token.js';
import { Slug } from '../../infrastructure/validation/slug.js';
import { OrganizationChoice } from '../organization/organization.dto.js';
import { MayBeLeftOut } from '../../infrastructure/validation/may-be-left-out.js';

export class RequestAddressProofBody {
  @EmailAddress()
  email!: string;

  @ApiPropertyOptional({
    description: 'For one organisation only. Else for each that waits for it.',
  })
  @MayBeLeftOut()
  @Slug()
  organization?: string;
}

/** The same for every address. */
export class ProofRequestedAnswer {
  @ApiProperty({ type: String, enum: ['accepted'], example: 'accepted' })
  status!: 'accepted';
}

export class CompleteAddressProofBody {
  @OpaqueToken({
    example: '7h2k9d0a1b3e5g6j8m4p.Zk3mV9x0Qw7Lr5Tb2Ny8Uc6Id4Ga1Sf0Jh3Ke5Pq7Ro',
  })
  token!: string;
}

export class AddressProvedAnswer {
  @ApiProperty({ type: String, enum: ['proved'], example: 'proved' })
  status!: 'proved';

  @ApiProperty({ type: OrganizationChoice, description: 'Where the address now signs in.' })
  organization!: OrganizationChoice;
}
