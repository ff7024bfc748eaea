import { ApiProperty } from '@nestjs/swagger';
import type { HoldUp, Retry } from '../catalog/retries.js';

export class HoldUpDto implements HoldUp {
  @ApiProperty({
    enum: ['session', 'prepared-transaction', 'replication-slot', 'subscription', 'dependency'],
    example: 'session',
  })
  kind!: HoldUp['kind'];
  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'Where the statement has to be run; null: in any database.',
  })
  database!: string | null;
  @ApiProperty({ example: 'SELECT pg_terminate_backend(4711);' }) statement!: string;
}

/** Work that has failed and waits to be tried again. */
export class RetryDto {
  @ApiProperty({ example: 4, description: 'In a row.' }) failures!: number;
  @ApiProperty({ example: '2026-02-08T09:59:40.000Z' }) since!: string;
  @ApiProperty({ example: '2026-02-08T10:00:20.000Z' }) nextTryAt!: string;
  @ApiProperty({ example: 'sqlstate_55006', description: 'Of the last failure.' }) code!: string;
  @ApiProperty({ type: String, nullable: true, example: 'drop-place' }) step!: string | null;
  @ApiProperty({ type: [HoldUpDto], description: 'Each with the statement that ends it.' })
  heldUp!: HoldUpDto[];
}

export class FailingDto extends RetryDto {
  @ApiProperty({ example: 'purge' }) work!: string;
  @ApiProperty({ example: 'tnt_4k2m8c1x9q7w5e3r6t0y' }) subject!: string;
}

export function shownRetry(retry: Retry): RetryDto {
  const { failures, since, dueAt, code, step, heldUp } = retry;
  return {
    failures,
    since: since.toISOString(),
    nextTryAt: dueAt.toISOString(),
    code,
    step,
    heldUp,
  };
}

export function shownFailing(retry: Retry): FailingDto {
  return { work: retry.work, subject: retry.subject, ...shownRetry(retry) };
}
