import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import { MayBeLeftOut } from './may-be-left-out.js';

/** Digits and nothing else: no sign, no exponent, no hexadecimal, not so many that a double loses some. */
const DIGITS = /^[0-9]{1,15}$/;

interface Bounds {
  minimum: number;
  maximum: number;
  default?: number;
  example?: number;
  description?: string;
}

/** A whole number in a query, where everything is text. It may be left out, and comes once. */
export const QueryInteger = (bounds: Bounds): PropertyDecorator =>
  applyDecorators(
    MayBeLeftOut(),
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && DIGITS.test(value) ? Number(value) : value,
    ),
    IsInt(),
    Min(bounds.minimum),
    Max(bounds.maximum),
    ApiProperty({ type: 'integer', required: false, ...bounds }),
  );
