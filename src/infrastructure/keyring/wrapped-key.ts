import { hasCode, type AppError } from '../../kernel/app-error.js';
import { KeyStoreError } from '../../kernel/key-store.js';
import { SEAL_OVERHEAD_BYTES, SealedBox } from '../envelope/sealed-box.js';

export const WRAPPED_LIMIT_BYTES = 1024;

/** `keyring:v<version>:<base64url>`: nothing but what `toString` of the same bytes would write. */
const FORM = /^keyring:v([1-9][0-9]{0,8}):([A-Za-z0-9_-]+)$/;

export interface WrappedKey {
  version: number;
  sealed: Buffer;
}

/** @param versionKey 32 bytes, which stay the caller's */
export function wrapUnder(
  versionKey: Buffer,
  tenantId: string,
  version: number,
  plaintext: Buffer,
): string {
  const sealed = new SealedBox(versionKey).seal(plaintext, identity(tenantId, version));
  return `keyring:v${version}:${sealed.toString('base64url')}`;
}

/** @throws KeyStoreError `wrapped_key_broken` for anything that `wrapUnder` never writes */
export function parseWrapped(tenantId: string, text: string): WrappedKey {
  const [, version, encoded] = FORM.exec(text) ?? [];
  if (version === undefined || encoded === undefined) throw broken(tenantId, 'unknown-form');
  const sealed = Buffer.from(encoded, 'base64url');
  // Several texts decode to the same bytes; only one of them is ours.
  if (sealed.toString('base64url') !== encoded) throw broken(tenantId, 'unknown-form');
  if (sealed.length > WRAPPED_LIMIT_BYTES + SEAL_OVERHEAD_BYTES) throw broken(tenantId, 'too-long');
  return { version: Number(version), sealed };
}

/** The caller zeroes the answer. @throws KeyStoreError `wrapped_key_broken` */
export function unwrapUnder(versionKey: Buffer, tenantId: string, wrapped: WrappedKey): Buffer {
  try {
    return new SealedBox(versionKey).open(wrapped.sealed, identity(tenantId, wrapped.version));
  } catch (error) {
    if (!hasCode(error, 'seal_broken')) throw error;
    throw broken(tenantId, String((error as AppError).fields['reason']), error);
  }
}

export function broken(tenantId: string, reason: string, cause?: unknown): KeyStoreError {
  return new KeyStoreError('wrapped_key_broken', { tenantId, reason }, cause);
}

function identity(tenantId: string, version: number): string {
  return `wrapped/${tenantId}/v${version}`;
}
