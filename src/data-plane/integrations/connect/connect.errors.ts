import { AppError } from '../../../kernel/app-error.js';
import type { Secret } from '../../../kernel/secret.js';
import { CONNECT_FAULTS, type ConnectFault } from './connect-faults.js';

/** A connection that ended without one, or did not go on. */
export class ConnectRefusedError extends AppError {
  declare readonly code: ConnectFault;

  /**
   * @param provider its name, where it is known
   * @param again the token of a link by which the same browser may begin anew
   */
  constructor(
    code: ConnectFault,
    provider: string | null = null,
    readonly again: Secret | null = null,
    cause?: unknown,
  ) {
    super(code, CONNECT_FAULTS[code].message(provider ?? 'the provider'), {
      ...(provider === null ? {} : { fields: { provider } }),
      ...(cause === undefined ? {} : { cause }),
    });
  }

  get title(): string {
    return CONNECT_FAULTS[this.code].title;
  }
}
