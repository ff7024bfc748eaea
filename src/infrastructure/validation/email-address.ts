import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';
import { canonicalEmail, EMAIL_MAX_CHARACTERS } from '../../kernel/email-address.js';

/** An e-mail address, brought into its one form before it is checked; what has none is refused. */
export const EmailAddress = (documented: { description?: string; example?: string } = {}) =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? (canonicalEmail(value) ?? value) : value,
    ),
    ValidateBy({
      name: 'emailAddress',
      validator: {
        validate: (value: unknown) => typeof value === 'string' && canonicalEmail(value) === value,
        defaultMessage: () =>
          `must be an e-mail address of at most ${EMAIL_MAX_CHARACTERS} characters, without quotes or signs that cannot be seen`,
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
