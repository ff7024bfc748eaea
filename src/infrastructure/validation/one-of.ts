import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsOptional, ValidateBy } from 'class-validator';

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
    ...(optional ? [IsOptional()] : []),
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
