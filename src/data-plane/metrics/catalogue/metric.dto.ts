import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { GRANULARITIES, type Granularity } from './granularity.js';

export class RatioTermView {
  @ApiProperty({ type: String, example: 'payments.count' })
  metric!: string;

  @ApiProperty({ type: 'integer', enum: [1, -1], example: 1 })
  factor!: number;

  @ApiProperty({
    enum: ['period', 'start'],
    example: 'period',
    description: '`start`: its value on the day before the period.',
  })
  take!: string;
}

export class RatioView {
  @ApiProperty({ type: [RatioTermView] })
  numerator!: RatioTermView[];

  @ApiProperty({ type: [RatioTermView] })
  denominator!: RatioTermView[];
}

export class MetricView {
  @ApiProperty({ type: String, example: 'payments.gross_volume' })
  key!: string;

  @ApiProperty({ type: String, example: 'stripe' })
  provider!: string;

  @ApiProperty({ type: String, example: 'Gross volume' })
  title!: string;

  @ApiProperty({ type: String, example: 'Payments taken in, before fees and refunds.' })
  description!: string;

  @ApiProperty({
    enum: ['money', 'count', 'seconds', 'days', 'percent', 'ratio'],
    example: 'money',
    description: 'Money has a currency in every series. A percentage of 97.5 is 97.5, not 0.975.',
  })
  unit!: string;

  @ApiProperty({
    enum: ['sum', 'last', 'unique', 'median', 'ratio'],
    example: 'sum',
    description:
      'How a longer period is made of days: the sum, the last known day, or the quotient of sums. What is unique or a median adds up over nothing.',
  })
  aggregation!: string;

  @ApiPropertyOptional({
    enum: ['day', 'month', '7d', '28d'],
    example: 'day',
    description: 'For unique and median: what the provider counted over.',
  })
  per?: string;

  @ApiProperty({ type: [String], example: ['payment_type'] })
  dimensions!: readonly string[];

  @ApiPropertyOptional({
    type: 'array',
    items: { type: 'array', items: { type: 'string' } },
    example: [['channel'], ['country', 'device']],
    description:
      'Where its dimensions cannot be crossed: those that can be asked for together, each list the whole. An answer is made of the first that has all that were grouped by and filtered on.',
  })
  breakdowns?: readonly (readonly string[])[];

  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: null,
    description: 'Digits after the point; null: those of each currency.',
  })
  digits!: number | null;

  @ApiProperty({ enum: GRANULARITIES, isArray: true, example: ['day', 'week', 'month', 'quarter'] })
  granularities!: readonly Granularity[];

  @ApiPropertyOptional({ type: RatioView, description: 'What a ratio is made of.' })
  ratio?: RatioView;
}

export class MetricList {
  @ApiProperty({ type: [MetricView] })
  items!: MetricView[];
}
