import { timingSafeEqual } from 'node:crypto';
import type { KeyedHash } from '../catalog/keyed-hash.js';

/**
 * The permission to read a closure's status after the account, and every key of it, is gone. Made from
 * the closure's id under our own key, so it is stored nowhere and two simultaneous requests for the
 * same closure get the same link.
 */
export class ClosureLink {
  constructor(
    private readonly hash: KeyedHash,
    private readonly publicUrl: () => string,
  ) {}

  statusUrl(closureId: string): string {
    return `${this.publicUrl()}/v1/closures/${closureId}?token=${this.#token(closureId)}`;
  }

  isValid(closureId: string, token: string): boolean {
    const expected = Buffer.from(this.#token(closureId));
    const given = Buffer.from(token);
    return expected.length === given.length && timingSafeEqual(expected, given);
  }

  #token(closureId: string): string {
    return this.hash.of('closure-token', closureId).toString('base64url');
  }
}
