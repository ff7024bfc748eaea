import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { ValidateBy } from 'class-validator';

/** Twice the longest password there may be, in UTF-16 units: the real limit counts code points. */
const MAX_UNITS = 256;

/**
 * Text that could be a password. How good it is, is decided where passwords are set
 * (`src/infrastructure/passwords/password-policy.ts`), so that signing in with an old one never fails
 * here. It is never trimmed.
 */
export const PasswordText = (documented: { description?: string } = {}) =>
  applyDecorators(
    ValidateBy({
      name: 'passwordText',
      validator: {
        validate: (value: unknown) =>
          typeof value === 'string' && value.length >= 1 && value.length <= MAX_UNITS,
        defaultMessage: () => `must be text of 1 to ${MAX_UNITS} characters`,
      },
    }),
    ApiProperty({
      type: String,
      format: 'password',
      minLength: 1,
      maxLength: MAX_UNITS,
      description: 'Password.',
      example: 'correct horse battery staple',
      ...documented,
    }),
  );
