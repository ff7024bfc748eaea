/**
 * What a sealed value looks like, in a column of type `sealed` (`tenants/migrations/0001-baseline.ts`):
 *
 *     magic (2)  key id (2)  nonce (12)  ciphertext (as long as the plaintext)  tag (16)
 *
 * The magic's first byte occurs in no UTF-8 text, so text can never pass for something sealed; its
 * second is the version of this format. The database checks both.
 */
export const MAGIC = Buffer.of(0xfe, 0x01);
export const NONCE_BYTES = 12;
export const TAG_BYTES = 16;
const KEY_ID_AT = MAGIC.length;
export const NONCE_AT = KEY_ID_AT + 2;
export const BODY_AT = NONCE_AT + NONCE_BYTES;

/** Bytes that sealing adds. */
export const OVERHEAD_BYTES = BODY_AT + TAG_BYTES;

export const KEY_ID_MAX = 0xffff;

declare const sealedBrand: unique symbol;

/** Bytes that only `DataKey.seal` makes. Plaintext has another type, so that it cannot take this place. */
export type Sealed = Buffer & { readonly [sealedBrand]: true };

export function isSealed(bytes: Buffer): bytes is Sealed {
  return bytes.length >= OVERHEAD_BYTES && bytes.subarray(0, MAGIC.length).equals(MAGIC);
}

/** Which of the tenant's data keys it was sealed under. */
export function keyIdOf(sealed: Sealed): number {
  return sealed.readUInt16BE(KEY_ID_AT);
}

/** Magic and key id: the part in front, which the seal covers too. */
export function headerOf(keyId: number): Buffer {
  const header = Buffer.alloc(NONCE_AT);
  MAGIC.copy(header);
  header.writeUInt16BE(keyId, KEY_ID_AT);
  return header;
}
