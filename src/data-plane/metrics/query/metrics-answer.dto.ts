import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { GRANULARITIES, WEEK_STARTS } from '../catalogue/granularity.js';

/** A day, and the value of the period that begins on it. */
const POINT = {
  type: 'array' as const,
  items: {
    oneOf: [
      { type: 'string', format: 'date' },
      { type: 'number', nullable: true },
    ],
  },
};

export class ComparisonRangeView {
  @ApiProperty({ type: String, format: 'date', example: '2025-12-01' })
  from!: string;

  @ApiProperty({ type: String, format: 'date', example: '2025-12-31' })
  to!: string;
}

export class ComparisonView {
  @ApiProperty({
    type: 'array',
    items: { ...POINT, nullable: true },
    example: [['2025-12-31', 80.5]],
    description:
      'As many as `points`: what each is held against. Null where the other month has no such day.',
  })
  points!: unknown[];

  @ApiProperty({
    type: 'array',
    items: POINT,
    example: [],
    description: 'Points over there that no point here is held against.',
  })
  unmatched!: unknown[];
}

export class SeriesView {
  @ApiProperty({ type: String, example: 'payments.gross_volume' })
  metric!: string;

  @ApiProperty({ type: String, example: 'stripe' })
  provider!: string;

  @ApiProperty({
    enum: ['money', 'count', 'seconds', 'days', 'percent', 'ratio'],
    example: 'money',
  })
  unit!: string;

  @ApiPropertyOptional({
    type: String,
    example: 'EUR',
    description: 'Of money, and of what is made of money. Currencies are never summed.',
  })
  currency?: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { payment_type: 'card' },
    description:
      'Values of what was grouped by. A name is missing where the points have no such dimension. What adds up over nothing is told apart by all its dimensions.',
  })
  dimensions!: Record<string, string>;

  @ApiPropertyOptional({
    type: 'integer',
    example: 12,
    description: 'With `top`, on the rest alone: of how many groups it is the sum.',
  })
  others?: number;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'Europe/Berlin',
    description:
      'Days are days of each account’s own zone: this one, or null where accounts of several zones are summed.',
  })
  timeZone!: string | null;

  @ApiProperty({
    type: String,
    format: 'date',
    nullable: true,
    example: '2026-01-29',
    description: 'The first day of the range that may still change.',
  })
  provisionalFrom!: string | null;

  @ApiProperty({
    type: 'array',
    items: POINT,
    example: [
      ['2026-01-30', null],
      ['2026-01-31', 97.5],
    ],
    description:
      'First day of each period and its value, with every digit it has. Null: not known, or a quotient without denominator.',
  })
  points!: unknown[];

  @ApiPropertyOptional({ type: ComparisonView })
  comparison?: ComparisonView;
}

export class MetricsAnswerView {
  @ApiProperty({ type: String, format: 'date', example: '2026-01-01' })
  from!: string;

  @ApiProperty({ type: String, format: 'date', example: '2026-01-31' })
  to!: string;

  @ApiProperty({ enum: GRANULARITIES, example: 'day' })
  granularity!: string;

  @ApiPropertyOptional({ enum: WEEK_STARTS, example: 'monday', description: 'Of weeks only.' })
  weekStart?: string;

  @ApiProperty({
    type: [String],
    example: [],
    description: 'First days of periods that `from` and `to` cut.',
  })
  partial!: string[];

  @ApiPropertyOptional({ type: ComparisonRangeView })
  comparison?: ComparisonRangeView;

  @ApiProperty({ type: [SeriesView] })
  series!: SeriesView[];
}
