import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { ValidateBy } from 'class-validator';
import { isDisplayName } from './text-rules.js';
import { Trimmed } from './trimmed.js';

export const NAME_MAX_CHARACTERS = 100;

interface Documented {
  description?: string;
  example?: string;
}

/** A name of a person: trimmed, 1 to 100 characters, nothing invisible or misleading in it. */
export const PersonName = (documented: Documented = {}) =>
  displayName(
    'personName',
    { description: 'Name of the person.', example: 'Ada Lovelace' },
    documented,
  );

/** A name of a customer organisation: same rules as a person's. */
export const OrganizationName = (documented: Documented = {}) =>
  displayName(
    'organizationName',
    { description: 'Name of the organisation.', example: 'Bluebird Coffee' },
    documented,
  );

/** Any other name that people give to things (an API key, a report): same rules. */
export const DisplayName = (documented: Documented = {}) =>
  displayName('displayName', { description: 'A name.', example: 'Nightly report' }, documented);

function displayName(
  rule: string,
  standard: Documented,
  documented: Documented,
): PropertyDecorator {
  return applyDecorators(
    Trimmed(),
    ValidateBy({
      name: rule,
      validator: {
        validate: (value: unknown) => isDisplayName(value, NAME_MAX_CHARACTERS),
        defaultMessage: () =>
          `must be text of 1 to ${NAME_MAX_CHARACTERS} characters without control characters`,
      },
    }),
    ApiProperty({
      type: String,
      minLength: 1,
      maxLength: NAME_MAX_CHARACTERS,
      ...standard,
      ...documented,
    }),
  );
}
