import { ApiPropertyOptional, ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsIn, Matches, MaxLength } from 'class-validator';
import {
  GRANULARITIES,
  type Granularity,
  WEEK_STARTS,
  type WeekStart,
} from '../catalogue/granularity.js';
import { type Comparison, COMPARISONS } from './comparison.js';
import { MayBeLeftOut } from '../../../infrastructure/validation/may-be-left-out.js';
import { QueryInteger } from '../../../infrastructure/validation/query-integer.js';

const NAME = /^[a-z][a-z0-9_]{0,99}$/;
const KEY = /^[a-z][a-z0-9_.]{0,199}$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

const WRITTEN_AS_DAY = { message: 'must be written as 2026-01-31' };

/** Whether it came once, several times, or with commas between. */
const listOf = ({ value }: { value: unknown }): unknown =>
  (Array.isArray(value) ? value : [value]).flatMap((item: unknown) =>
    typeof item === 'string' ? item.split(',') : [item],
  );

/** Filters may hold commas, so they only come several times. */
const repeated = ({ value }: { value: unknown }): unknown =>
  Array.isArray(value) ? value : [value];

export class MetricsQueryDto {
  @ApiProperty({
    type: [String],
    example: ['payments.gross_volume'],
    description: 'Keys of `GET /v1/metrics`, repeated or with commas between.',
  })
  @Transform(listOf)
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  @Matches(KEY, { each: true, message: 'must be names like payments.count' })
  metric!: string[];

  @ApiPropertyOptional({
    type: String,
    format: 'date',
    example: '2026-01-01',
    description:
      'The first day. By default 30 days, 12 weeks, 12 months or 8 quarters before the end.',
  })
  @MayBeLeftOut()
  @Matches(DAY, WRITTEN_AS_DAY)
  from?: string;

  @ApiPropertyOptional({
    type: String,
    format: 'date',
    example: '2026-01-31',
    description: 'The last day, included. By default today, where it is latest.',
  })
  @MayBeLeftOut()
  @Matches(DAY, WRITTEN_AS_DAY)
  to?: string;

  @ApiPropertyOptional({ enum: GRANULARITIES, default: 'day', example: 'day' })
  @MayBeLeftOut()
  @IsIn(GRANULARITIES)
  granularity: Granularity = 'day';

  @ApiPropertyOptional({ enum: WEEK_STARTS, default: 'monday', example: 'monday' })
  @MayBeLeftOut()
  @IsIn(WEEK_STARTS)
  weekStart: WeekStart = 'monday';

  @ApiPropertyOptional({
    type: [String],
    example: ['payment_type'],
    description:
      'Dimensions of the metric, or `integration`; repeated or with commas between. A metric with `breakdowns` takes those of one of them.',
  })
  @MayBeLeftOut()
  @Transform(listOf)
  @ArrayMaxSize(10)
  @Matches(NAME, { each: true, message: 'must be names of dimensions' })
  groupBy: string[] = [];

  @ApiPropertyOptional({
    type: [String],
    example: ['provider:stripe'],
    description:
      '`name:value`, repeated. Names are dimensions, `provider`, `currency` and `integration`; several values of one name are alternatives. An empty value means points without this dimension.',
  })
  @MayBeLeftOut()
  @Transform(repeated)
  @ArrayMaxSize(50)
  @MaxLength(400, { each: true })
  filter: string[] = [];

  @QueryInteger({
    minimum: 1,
    maximum: 100,
    example: 10,
    description:
      'Only so many groups of each metric and currency, the largest; the rest is one more series, whose dimensions are `(other)`. Ratios are ranked by what they are divided by.',
  })
  top?: number;

  @ApiPropertyOptional({
    enum: COMPARISONS,
    example: 'previous-period',
    description:
      'Adds the points of another range to each series. Ranges of whole months are held against as many whole months, weeks against whole weeks.',
  })
  @MayBeLeftOut()
  @IsIn(COMPARISONS)
  compare?: Comparison;
}
