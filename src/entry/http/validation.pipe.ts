import { ValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import { inheritedNames } from './inherited-names.js';
import { fieldProblems, NotAnObjectError, ValidationFailedError } from './validation-errors.js';

const WITHOUT_SHAPE = new Set<unknown>([undefined, Object, Array, String, Number, Boolean, Buffer]);

/**
 * Checks bodies, queries and parameters against their DTO classes and turns them into instances.
 * Unknown fields are refused one by one, nothing is converted unless the DTO says so with `@Transform`
 * or `QueryInteger`, and all faults are told at once: 422 `validation_failed`. (400 is for what could not
 * even be read.)
 *
 * @throws ValidationFailedError
 */
export class EdgeValidationPipe extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      stopAtFirstError: false,
      transformOptions: { enableImplicitConversion: false, exposeUnsetFields: false },
      validationError: { target: false, value: false },
      exceptionFactory: (errors) => new ValidationFailedError(fieldProblems(errors)),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (!WITHOUT_SHAPE.has(metadata.metatype)) {
      if (metadata.type === 'body') requireObject(value);
      requireOwnNames(value);
    }
    return super.transform(value, metadata) as Promise<unknown>;
  }
}

/** class-validator would check an array item by item and let text and numbers pass. */
function requireObject(body: unknown): void {
  if (body === undefined) return;
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return;
  throw new NotAnObjectError();
}

/** class-validator looks fields up in a plain object, so `toString` and its like pass for known ones. */
function requireOwnNames(value: unknown): void {
  const paths = inheritedNames(value);
  if (paths.length === 0) return;
  throw new ValidationFailedError(
    paths.map((path) => {
      return { path, code: 'unknown_field', message: 'is not a field of this request' };
    }),
  );
}
