import { ApiProperty } from '@nestjs/swagger';
import { NextCursor } from '../../paging/next-cursor.dto.js';
import { RUN_STATUSES, type RunStatus } from '../sync-runs.repository.js';
import type { SyncCause } from '../sync-schedule.js';

export class SyncRequestedView {
  @ApiProperty({
    type: String,
    format: 'date-time',
    description: 'When it runs at the latest. Asking more often changes nothing.',
    example: '2026-01-31T09:12:44.120Z',
  })
  nextSyncAt!: Date;
}

export class SyncProblemView {
  @ApiProperty({ type: String, example: 'provider_forbidden' })
  code!: string;

  @ApiProperty({
    type: String,
    description: 'What to do about it.',
    example: 'Connect the integration again and grant all permissions.',
  })
  advice!: string;
}

export class SyncRunView {
  @ApiProperty({ type: String, example: 'run_3k6n9q2s5u8w1y4a7c0e' })
  id!: string;

  @ApiProperty({ enum: ['schedule', 'request', 'webhook', 'connect'], example: 'schedule' })
  cause!: SyncCause;

  @ApiProperty({
    enum: RUN_STATUSES,
    description: '`paused`: it gave its place to others, or waits as the provider asked.',
    example: 'done',
  })
  status!: RunStatus;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-01-31T09:12:44.120Z' })
  startedAt!: Date;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: '2026-01-31T09:13:10.007Z',
  })
  endedAt!: Date | null;

  @ApiProperty({ type: 'integer', description: 'Ranges of days read completely.', example: 12 })
  slices!: number;

  @ApiProperty({ type: 'integer', description: 'Pages read.', example: 340 })
  pages!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Source records read, and dropped.',
    example: 33_912,
  })
  records!: number;

  @ApiProperty({ type: 'integer', description: 'Values kept.', example: 1_204 })
  points!: number;

  @ApiProperty({ type: 'integer', description: 'Pages that could not be understood.', example: 0 })
  quarantined!: number;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description: 'Values that were kept out because they look like personal data, by rule.',
    example: { 'email-address': 2 },
  })
  withheld!: Record<string, number>;

  @ApiProperty({ type: SyncProblemView, nullable: true, example: null })
  problem!: SyncProblemView | null;
}

export class SyncStreamView {
  @ApiProperty({ type: String, example: 'charges' })
  stream!: string;

  @ApiProperty({
    type: String,
    format: 'date',
    nullable: true,
    description: 'First day read so far; null before the first.',
    example: '2025-06-01',
  })
  from!: string | null;

  @ApiProperty({ type: String, format: 'date', nullable: true, example: '2026-01-31' })
  to!: string | null;

  @ApiProperty({
    type: String,
    format: 'date',
    nullable: true,
    description: 'How far back it will be read; history is complete when `from` is that day.',
    example: '2023-02-01',
  })
  historyFrom!: string | null;

  @ApiProperty({ type: Boolean, example: false })
  historyComplete!: boolean;

  @ApiProperty({
    type: 'integer',
    description: 'Ranges of days left out because a page could not be understood; tried again.',
    example: 0,
  })
  gaps!: number;

  @ApiProperty({
    type: SyncProblemView,
    nullable: true,
    description: 'Why it is left alone for now.',
    example: null,
  })
  problem!: SyncProblemView | null;
}

export class SyncRunPage extends NextCursor {
  @ApiProperty({ type: [SyncRunView] })
  items!: SyncRunView[];

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  lastSyncedAt!: Date | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  nextSyncAt!: Date | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Seconds since the numbers were last up to date; null before the first time.',
    example: 240,
  })
  lagSeconds!: number | null;

  @ApiProperty({ type: [SyncStreamView] })
  streams!: SyncStreamView[];
}
