import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { ValidateBy } from 'class-validator';
import { MayBeLeftOut } from './may-be-left-out.js';

interface Documented {
  description?: string;
  example?: string;
  /** May be left out (or null). */
  optional?: boolean;
}

/** One of a fixed list of words, compared exactly. */
export const OneOf = (values: readonly string[], documented: Documented = {}) => {
  const { optional = false, ...texts } = documented;
  return applyDecorators(
    ...(optional ? [MayBeLeftOut()] : []),
    ValidateBy({
      name: 'oneOf',
      validator: {
        validate: (value: unknown) => typeof value === 'string' && values.includes(value),
        defaultMessage: () => `must be one of ${values.join(', ')}`,
      },
    }),
    ApiProperty({
      type: String,
      enum: [...values],
      example: values[0],
      required: !optional,
      ...texts,
    }),
  );
};
