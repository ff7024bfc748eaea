import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** An RSA key and its JSON Web Signatures (RS256), made when first needed. */
export class SigningKey {
  #pair: { privateKey: KeyObject; publicKey: KeyObject } | null = null;

  /** The public half, for a JWKS. */
  jwk(): Record<string, unknown> {
    const { kty, n, e } = this.#keys.publicKey.export({ format: 'jwk' });
    const kid = createHash('sha1')
      .update(n ?? '')
      .digest('hex');
    return { kty, n, e, alg: 'RS256', use: 'sig', kid };
  }

  /** A compact JWS. */
  sign(claims: Record<string, unknown>, typ: string): string {
    const text = unsigned(claims, { alg: 'RS256', kid: this.jwk()['kid'], typ });
    return `${text}.${sign('sha256', Buffer.from(text), this.#keys.privateKey).toString('base64url')}`;
  }

  get #keys(): { privateKey: KeyObject; publicKey: KeyObject } {
    this.#pair ??= generateKeyPairSync('rsa', { modulusLength: 2048 });
    return this.#pair;
  }
}

/** Header and claims without a signature behind them. */
export function unsigned(claims: Record<string, unknown>, header: Record<string, unknown>): string {
  return [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
}
