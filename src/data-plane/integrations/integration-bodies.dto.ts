import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { TextFields } from './text-fields.js';
import { MayBeLeftOut } from '../../infrastructure/validation/may-be-left-out.js';

const PROVIDER_ID = /^[a-z][a-z0-9-]{0,39}$/;

export class ReconnectBody {
  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'The new key, for a provider that is connected with one.',
    example: {},
  })
  @MayBeLeftOut()
  @TextFields()
  credentials?: Record<string, string>;
}

export class CreateIntegrationBody extends ReconnectBody {
  @ApiProperty({
    type: String,
    pattern: PROVIDER_ID.source,
    description: 'As `GET /v1/providers` names it.',
    example: 'shopify',
  })
  @Matches(PROVIDER_ID, { message: 'must be the id of a provider' })
  provider!: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'What the provider needs to be told before its consent page.',
    example: { shop: 'blue-bird.myshopify.com' },
  })
  @MayBeLeftOut()
  @TextFields()
  params?: Record<string, string>;
}

export class BegunIntegration {
  @ApiProperty({ type: String, example: 'int_5h8k1n4q7s0v3x6z9b2d' })
  id!: string;

  @ApiPropertyOptional({
    type: String,
    description:
      'Open it in the browser of whoever gives consent. Good once, for ten minutes. Not there where a key connects.',
    example: 'https://numoon.example/connect/7h2k9d0a1b3e5g6j8m4p.Zk3mV9x0Qw7Lr5Tb2Ny8Uc6Id',
  })
  authorizeUrl?: string;
}
