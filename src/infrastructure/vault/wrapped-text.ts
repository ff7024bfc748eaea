/**
 * `vault:v<version>:<base64>`. Only in the one form that Vault writes: it also reads versions with
 * leading zeros, line breaks, and padding with stray bits, so that changed text would open.
 */
const WRAPPED = /^vault:v[1-9][0-9]{0,8}:([A-Za-z0-9+/]+={0,2})$/;

/** 1 KiB with nonce and tag in base64 is 1,404 characters. */
const LONGEST = 2_048;

export function isWrappedText(text: string): boolean {
  if (typeof text !== 'string' || text.length > LONGEST) return false;
  const sealed = WRAPPED.exec(text)?.[1];
  return sealed !== undefined && Buffer.from(sealed, 'base64').toString('base64') === sealed;
}
