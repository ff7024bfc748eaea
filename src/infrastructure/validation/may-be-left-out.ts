import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { ValidateIf } from 'class-validator';

/**
 * The field may be missing, and the document says so. Null is not missing: it has to pass the rules of the
 * field like any other value, and passes none of ours. (`IsOptional` of class-validator lets null through to
 * code that never expects it; `test/architecture/null-is-a-value.spec.ts` keeps it out.)
 *
 * Stands above the field's own rules, so that it has the last word in the document.
 */
export const MayBeLeftOut = (): PropertyDecorator =>
  applyDecorators(
    ValidateIf((_body: object, value: unknown) => value !== undefined),
    ApiPropertyOptional(),
  );
