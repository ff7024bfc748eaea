import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { ValidateBy } from 'class-validator';

/** What any token of ours consists of. It says nothing about whether the token is one of ours. */
const TOKEN = /^[A-Za-z0-9._~-]{16,512}$/;

/** A secret out of a link (an invitation, a reset, a status page). */
export const OpaqueToken = (documented: { description?: string; example?: string } = {}) =>
  applyDecorators(
    ValidateBy({
      name: 'opaqueToken',
      validator: {
        validate: (value: unknown) => typeof value === 'string' && TOKEN.test(value),
        defaultMessage: () => 'must be the token of the link, complete and unchanged',
      },
    }),
    ApiProperty({
      type: String,
      minLength: 16,
      maxLength: 512,
      pattern: TOKEN.source,
      description: 'The token of the link.',
      example: 'inv_2Yk0J4mWc1nQ8sT5vB7x',
      ...documented,
    }),
  );
