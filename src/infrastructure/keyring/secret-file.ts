import { AppError } from '../../kernel/app-error.js';
import type { SecretPath, SecretValue } from '../../kernel/secret-store.js';
import { KeyringError } from './keyring.errors.js';
import type { MasterKey } from './master-key.js';
import { SealedBox } from './sealed-box.js';

/** Layout: magic and version (4 bytes), id of the master key (8), sealed JSON. */
const MAGIC = Buffer.from('NMS1', 'ascii');
const KEY_ID_BYTES = 8;
const HEADER_BYTES = MAGIC.length + KEY_ID_BYTES;

export function encodeSecret(key: MasterKey, path: SecretPath, value: SecretValue): Buffer {
  const plaintext = Buffer.from(JSON.stringify(value), 'utf8');
  try {
    const sealed = tenantBox(key, path.tenantId).seal(plaintext, identity(key, path));
    return Buffer.concat([MAGIC, Buffer.from(key.id, 'hex'), sealed]);
  } finally {
    plaintext.fill(0);
  }
}

/** @throws KeyringError `secret_unreadable` when cut, changed, moved from another path, or of another key */
export function decodeSecret(key: MasterKey, path: SecretPath, file: Buffer): SecretValue {
  if (file.length < HEADER_BYTES) throw unreadable(path, 'too-short');
  if (!file.subarray(0, MAGIC.length).equals(MAGIC)) throw unreadable(path, 'unknown-format');
  const keyId = file.toString('hex', MAGIC.length, HEADER_BYTES);
  if (keyId !== key.id) throw unreadable(path, 'other-key');
  let plaintext: Buffer;
  try {
    plaintext = tenantBox(key, path.tenantId).open(
      file.subarray(HEADER_BYTES),
      identity(key, path),
    );
  } catch (error) {
    if (error instanceof AppError) throw unreadable(path, String(error.fields['reason']), error);
    throw error;
  }
  try {
    return JSON.parse(plaintext.toString('utf8')) as SecretValue;
  } finally {
    plaintext.fill(0);
  }
}

/** A key of the tenant's own: a file that opens for one tenant opens for no other, whatever its header says. */
function tenantBox(key: MasterKey, tenantId: string): SealedBox {
  const tenantKey = key.derive(`secrets of ${tenantId}`);
  const box = new SealedBox(tenantKey);
  tenantKey.fill(0);
  return box;
}

function identity(key: MasterKey, path: SecretPath): string {
  return `secret/${MAGIC.toString('ascii')}/${key.id}/${path.tenantId}/${path.name}`;
}

function unreadable(path: SecretPath, reason: string, cause?: unknown): KeyringError {
  return new KeyringError(
    'secret_unreadable',
    `The secret ${path.name} of ${path.tenantId} cannot be opened (${reason})`,
    { fields: { tenantId: path.tenantId, name: path.name, reason }, cause },
  );
}
