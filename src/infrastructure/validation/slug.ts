import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { ValidateBy } from 'class-validator';

/** Letters, digits and single hyphens between them: safe in a host name and unmistakable when read. */
const SLUG = /^[a-z0-9](?:-?[a-z0-9])*$/;

export function isSlug(value: unknown): value is string {
  // Length first: the pattern then has little to look at.
  return typeof value === 'string' && value.length >= 3 && value.length <= 40 && SLUG.test(value);
}

/** The name of a tenant in addresses: 3 to 40 of a-z, 0-9 and single hyphens. */
export const Slug = (documented: { description?: string; example?: string } = {}) =>
  applyDecorators(
    ValidateBy({
      name: 'slug',
      validator: {
        validate: isSlug,
        defaultMessage: () =>
          'must be 3 to 40 characters of a-z, 0-9 and single hyphens between them',
      },
    }),
    ApiProperty({
      type: String,
      minLength: 3,
      maxLength: 40,
      pattern: SLUG.source,
      description: 'Short name in addresses.',
      example: 'bluebird-coffee',
      ...documented,
    }),
  );
