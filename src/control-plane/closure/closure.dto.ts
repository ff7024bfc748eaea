import { ApiProperty } from '@nestjs/swagger';
import { IsInt, IsString, Max, MaxLength, Min } from 'class-validator';
import { OpaqueToken } from '../../infrastructure/validation/opaque-token.js';
import { PasswordText } from '../../infrastructure/validation/password-text.js';
import type { Retry } from '../catalog/retries.js';
import type { ClosureStatus, ClosureStep } from './closure.entity.js';
import type { ShownClosure } from './read-closure.js';
import { GRACE_DAYS } from './request-closure.js';
import { MayBeLeftOut } from '../../infrastructure/validation/may-be-left-out.js';

/** What can be in the way of a purge. The last: something that NuMoon has no word for. */
export const HELD_UP_BY = [
  'session',
  'prepared-transaction',
  'replication-slot',
  'subscription',
  'dependency',
  'key-store',
  'residue',
  'other',
] as const;

export type HeldUpBy = (typeof HELD_UP_BY)[number];

export class CloseAccountDto {
  @ApiProperty({
    maxLength: 100,
    example: 'bluebird-coffee',
    description: 'The slug of the account, to be sure.',
  })
  @IsString()
  @MaxLength(100)
  confirm!: string;

  @PasswordText({ description: "The owner's password, again; also with an API key." })
  password!: string;

  @ApiProperty({
    type: 'integer',
    required: false,
    minimum: GRACE_DAYS.min,
    maximum: GRACE_DAYS.max,
    default: GRACE_DAYS.default,
    description: 'Days in which the closure can be cancelled. 0 purges at once.',
  })
  @MayBeLeftOut()
  @IsInt()
  @Min(GRACE_DAYS.min)
  @Max(GRACE_DAYS.max)
  graceDays?: number;
}

export class ClosureAnswerDto {
  @ApiProperty({ example: 'cls_4k2m8c1x9q7w5e3r6t0y' }) closureId!: string;

  @ApiProperty({
    format: 'uri',
    description: 'Works after the account is gone. Keep it: it is shown to nobody else.',
    example: 'http://localhost:3000/v1/closures/cls_4k2m8c1x9q7w5e3r6t0y?token=q1w2e3r4t5y6u7i8o9',
  })
  statusUrl!: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-02-08T10:00:00.000Z' })
  purgeAt!: string;
}

export class ClosureTokenDto {
  @OpaqueToken() token!: string;
}

export class ClosureStepDto {
  @ApiProperty({ example: 'drop-place' }) step!: string;
  @ApiProperty({
    type: String,
    format: 'date-time',
    example: '2026-02-08T10:00:01.000Z',
    description: 'When it was done last.',
  })
  at!: string;
  @ApiProperty({
    type: 'integer',
    required: false,
    minimum: 2,
    example: 2,
    description: 'Absent: it was done once.',
  })
  tries?: number;
}

export class ClosureHeldUpDto {
  @ApiProperty({
    enum: [...HELD_UP_BY],
    isArray: true,
    example: ['session'],
    description: 'Kinds only: an administrator is told what it is, and how it ends.',
  })
  by!: HeldUpBy[];
  @ApiProperty({ type: 'integer', example: 3, description: 'How often it has failed, in a row.' })
  tries!: number;
  @ApiProperty({ type: String, format: 'date-time', example: '2026-02-08T10:00:20.000Z' })
  nextTryAt!: string;
}

export class FindingDto {
  @ApiProperty({ example: 'server.databases' }) where!: string;
  @ApiProperty({ type: 'integer', example: 0 }) found!: number;
}

export class ClosureStatusDto {
  @ApiProperty({ example: 'cls_4k2m8c1x9q7w5e3r6t0y' }) closureId!: string;
  @ApiProperty({ enum: ['grace', 'cancelled', 'purging', 'purged'], example: 'purged' })
  status!: ClosureStatus;
  @ApiProperty({ type: String, format: 'date-time', example: '2026-02-01T10:00:00.000Z' })
  requestedAt!: string;
  @ApiProperty({ type: String, format: 'date-time', example: '2026-02-08T10:00:00.000Z' })
  purgeAt!: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null }) cancelledAt!:
    string | null;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: '2026-02-08T10:00:02.000Z',
  })
  purgedAt!: string | null;
  @ApiProperty({ type: [ClosureStepDto], description: 'What was done, in order.' })
  steps!: ClosureStepDto[];
  @ApiProperty({
    type: ClosureHeldUpDto,
    nullable: true,
    description: 'Why the purge does not go on; null while nothing has failed.',
  })
  heldUp!: ClosureHeldUpDto | null;
  @ApiProperty({
    type: [FindingDto],
    nullable: true,
    description: 'Where the search after the purge looked, and what it found there.',
  })
  evidence!: FindingDto[] | null;
}

export function closureStatus({ closure, retry }: ShownClosure): ClosureStatusDto {
  return {
    closureId: closure.id,
    status: closure.status,
    requestedAt: closure.requestedAt.toISOString(),
    purgeAt: closure.purgeAt.toISOString(),
    cancelledAt: closure.cancelledAt?.toISOString() ?? null,
    purgedAt: closure.purgedAt?.toISOString() ?? null,
    steps: oneOfEach(closure.steps),
    heldUp: retry === null ? null : heldUpOf(retry),
    evidence: closure.evidence,
  };
}

/** Closures of older versions have an entry for each time a step was done. */
function oneOfEach(steps: readonly ClosureStep[]): ClosureStep[] {
  const folded = new Map<string, ClosureStep>();
  for (const { step, at, tries = 1 } of steps) {
    const before = folded.get(step);
    const all = before === undefined ? tries : (before.tries ?? 1) + tries;
    folded.set(step, all === 1 ? { step, at } : { step, at, tries: all });
  }
  return [...folded.values()];
}

function heldUpOf(retry: Retry): ClosureHeldUpDto {
  return {
    by: kindsOf(retry),
    tries: retry.failures,
    nextTryAt: retry.dueAt.toISOString(),
  };
}

function kindsOf({ heldUp, step, code }: Retry): HeldUpBy[] {
  if (heldUp.length > 0) return [...new Set(heldUp.map(({ kind }) => kind))];
  if (step === 'destroy-keys') return ['key-store'];
  return [code === 'purge_residue' ? 'residue' : 'other'];
}
