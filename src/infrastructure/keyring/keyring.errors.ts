import { AppError } from '../../kernel/app-error.js';

export type KeyringErrorCode =
  /** No key file, and making one would orphan what the store holds (or was not allowed). */
  | 'master_key_missing'
  | 'master_key_invalid'
  | 'master_key_exposed'
  /** A sound key, but not the one this store was written with. */
  | 'master_key_wrong'
  /** Another rotation of the master key ended while this one began. */
  | 'master_key_rotation_running'
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

/** Turns a refusal of the disk into `secret_store_unavailable`; other errors pass. */
export async function onDisk<T>(act: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError || errno(error) === undefined) throw error;
    throw new KeyringError(
      'secret_store_unavailable',
      `The keyring failed at ${act}: the disk answered ${errno(error)}`,
      { fields: { act, reason: errno(error) }, cause: error },
    );
  }
}

export function errno(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | null)?.code;
}
