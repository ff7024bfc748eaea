import { AppError } from '../../kernel/app-error.js';
import type { OrganizationChoice } from './organization.dto.js';

/**
 * A refusal that says between which organisations to choose, to whoever has proved to be in each of them.
 * Their names are content: in the answer and nowhere else, so no field of the error, which logs show.
 */
export abstract class OrganizationChoiceError extends AppError {
  readonly #organizations: readonly OrganizationChoice[];

  constructor(code: string, message: string, organizations: readonly OrganizationChoice[]) {
    super(code, message);
    this.#organizations = organizations;
  }

  organizations(): readonly OrganizationChoice[] {
    return this.#organizations;
  }
}
