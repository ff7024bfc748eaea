import { AppError } from '../../kernel/app-error.js';
import type { SecretPath } from '../../kernel/secret-store.js';
import type { MasterKey } from './master-key.js';
import { SealedBox } from '../envelope/sealed-box.js';
import type { SealedKind } from './store-layout.js';

/** Layout: magic (4 bytes), id of the master key (8), sealed content. */
const MAGIC_BYTES = 4;
const HEADER_BYTES = MAGIC_BYTES + 8;

export function encodeSealed(
  kind: SealedKind,
  key: MasterKey,
  place: SecretPath,
  plaintext: Buffer,
): Buffer {
  const sealed = tenantBox(kind, key, place).seal(plaintext, identity(kind, key, place));
  return Buffer.concat([Buffer.from(kind.magic, 'ascii'), Buffer.from(key.id, 'hex'), sealed]);
}

/** The id of the master key that seals this file. @throws AppError `seal_broken` for another kind of file */
export function sealingKeyId(kind: SealedKind, file: Buffer): string {
  if (file.length < HEADER_BYTES) throw sealBroken('too-short');
  if (file.toString('latin1', 0, MAGIC_BYTES) !== kind.magic) throw sealBroken('unknown-format');
  return file.toString('hex', MAGIC_BYTES, HEADER_BYTES);
}

/** The caller zeroes the answer. @throws AppError `seal_broken` when changed, moved or of another key */
export function decodeSealed(
  kind: SealedKind,
  key: MasterKey,
  place: SecretPath,
  file: Buffer,
): Buffer {
  if (sealingKeyId(kind, file) !== key.id) throw sealBroken('other-key');
  const sealed = file.subarray(HEADER_BYTES);
  return tenantBox(kind, key, place).open(sealed, identity(kind, key, place));
}

export function sealBroken(reason: string): AppError {
  const message = `A file of the keyring cannot be opened (${reason})`;
  return new AppError('seal_broken', message, { fields: { reason } });
}

/** A key of the tenant's own: a file that opens for one tenant opens for no other, whatever its header says. */
function tenantBox(kind: SealedKind, key: MasterKey, { tenantId }: SecretPath): SealedBox {
  const tenantKey = key.derive(`${kind.folder} of ${tenantId}`);
  const box = new SealedBox(tenantKey);
  tenantKey.fill(0);
  return box;
}

function identity(kind: SealedKind, key: MasterKey, place: SecretPath): string {
  return `${kind.word}/${kind.magic}/${key.id}/${place.tenantId}/${place.name}`;
}
