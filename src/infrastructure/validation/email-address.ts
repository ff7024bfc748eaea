import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { isEmail, ValidateBy } from 'class-validator';
import { isUnstorable } from './text-rules.js';

export const EMAIL_MAX_CHARACTERS = 254;

/**
 * One form of an address, so that it is found again however it is typed. Lower-casing the local part
 * is wrong by the letter of RFC 5321 and right for every provider there is.
 */
export function normalizeEmail(value: unknown): unknown {
  return typeof value === 'string' ? value.trim().toLowerCase() : value;
}

/** An e-mail address, normalised before it is checked. */
export const EmailAddress = (documented: { description?: string; example?: string } = {}) =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => normalizeEmail(value)),
    ValidateBy({
      name: 'emailAddress',
      validator: {
        validate: (value: unknown) =>
          typeof value === 'string' &&
          value.length <= EMAIL_MAX_CHARACTERS &&
          !isUnstorable(value) &&
          isEmail(value),
        defaultMessage: () =>
          `must be an e-mail address of at most ${EMAIL_MAX_CHARACTERS} characters`,
      },
    }),
    ApiProperty({
      type: String,
      format: 'email',
      maxLength: EMAIL_MAX_CHARACTERS,
      description: 'E-mail address.',
      example: 'ada@example.com',
      ...documented,
    }),
  );
