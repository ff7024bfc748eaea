import { AppError } from '../../kernel/app-error.js';

export type KeyringErrorCode =
  /** No key file, and making one would orphan what the store holds (or was not allowed). */
  | 'master_key_missing'
  | 'master_key_invalid'
  | 'master_key_exposed'
  /** A sound key, but not the one this store was written with. */
  | 'master_key_wrong'
  | 'secret_path_invalid'
  | 'secret_unreadable'
  /** The disk refused: full, read-only, no permission. */
  | 'secret_store_unavailable';

export class KeyringError extends AppError {
  declare readonly code: KeyringErrorCode;

  constructor(
    code: KeyringErrorCode,
    message: string,
    options: { fields?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(code, message, options);
  }
}

export function errno(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | null)?.code;
}
