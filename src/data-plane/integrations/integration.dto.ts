import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { NextCursor } from '../paging/next-cursor.dto.js';
import { INTEGRATION_STATUSES, type IntegrationStatus } from './integration-status.js';

const TIME = '2026-01-31T09:12:44.120Z';
const LATER = '2026-02-01T09:12:44.120Z';

export class IntegrationAccountView {
  @ApiProperty({ type: String, description: 'As the provider calls it.', example: 'Blue Bird' })
  name!: string;

  @ApiProperty({ type: String, description: 'Days are counted in it.', example: 'Europe/Berlin' })
  timeZone!: string;

  @ApiProperty({ type: String, nullable: true, example: 'EUR' })
  currency!: string | null;

  @ApiProperty({ type: Boolean, description: 'Made-up data: a test mode.', example: false })
  test!: boolean;
}

export class IntegrationProblemView {
  @ApiProperty({ type: String, example: 'provider_forbidden' })
  code!: string;

  @ApiProperty({
    type: String,
    example: 'The provider does not let this connection read all it needs.',
  })
  message!: string;

  @ApiProperty({ type: String, example: 'Reconnect with a login that may read all.' })
  whatToDo!: string;

  @ApiProperty({ type: String, format: 'date-time', example: TIME })
  at!: Date;
}

export class IntegrationView {
  @ApiProperty({ type: String, example: 'int_5h8k1n4q7s0v3x6z9b2d' })
  id!: string;

  @ApiProperty({ type: String, example: 'shopify' })
  provider!: string;

  @ApiProperty({ enum: INTEGRATION_STATUSES, example: 'active' })
  status!: IntegrationStatus;

  @ApiProperty({
    type: IntegrationAccountView,
    nullable: true,
    description: 'Null until it is connected, and after it was disconnected.',
  })
  account!: IntegrationAccountView | null;

  @ApiProperty({ type: String, format: 'date-time', example: TIME })
  createdAt!: Date;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: TIME })
  connectedAt!: Date | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When a sync last ended well; null before the first.',
    example: TIME,
  })
  lastSyncedAt!: Date | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: LATER })
  nextSyncAt!: Date | null;

  @ApiProperty({ type: IntegrationProblemView, nullable: true })
  problem!: IntegrationProblemView | null;

  @ApiProperty({
    type: [String],
    description: 'Permissions that were asked for and not given; what needs them rests.',
    example: [],
  })
  missingScopes!: string[];

  @ApiProperty({
    type: [String],
    description:
      'What the provider itself says is wrong with its numbers: sampled, thresholded, other-rows, restricted, history-cut.',
    example: [],
  })
  quality!: string[];

  @ApiProperty({
    type: Boolean,
    description: 'The provider shows less of the past than was asked for.',
    example: false,
  })
  historyCut!: boolean;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    description: 'Of a disconnected one: by when nothing derived from it is left.',
    example: LATER,
  })
  dataDeletionDueAt?: Date;

  @ApiPropertyOptional({ type: String, example: 'rcp_0f3h6k9m2p5r8t1v4x7z' })
  receipt?: string;
}

export class IntegrationPage extends NextCursor {
  @ApiProperty({ type: [IntegrationView] })
  items!: IntegrationView[];
}

export class DisconnectedAnswer {
  @ApiProperty({ type: String, enum: ['disconnected'], example: 'disconnected' })
  status!: 'disconnected';

  @ApiProperty({
    type: String,
    format: 'date-time',
    description: 'By when nothing derived from it is left.',
    example: LATER,
  })
  dataDeletionDueAt!: Date;

  @ApiProperty({
    type: String,
    description: 'Names the disconnection; the same however often it is asked for.',
    example: 'rcp_0f3h6k9m2p5r8t1v4x7z',
  })
  receipt!: string;
}
