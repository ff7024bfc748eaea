/**
 * An exchange without a usable answer. Holds no message of the library's and no cause: only words of
 * ours and the system's error code.
 */
export class ExchangeFailure extends Error {
  constructor(
    readonly kind: 'unreachable' | 'slow' | 'failing' | 'untrusted',
    /** `timeout`, or the code of the system's or OpenSSL's error. */
    readonly reason: string,
    /** Whether the server may have seen the request, and so may have done what it asks. */
    readonly delivered: boolean,
  ) {
    super(`${kind}: ${reason}`);
    this.name = 'ExchangeFailure';
  }
}

/** What OpenSSL and node call a certificate that they do not accept. */
const UNTRUSTED =
  /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY|DECRYPT)|INVALID_CA|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH/;

export function failureOf(error: unknown, connected: boolean): ExchangeFailure {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  // Anything else than a plain word may quote what was sent.
  const reason = typeof code === 'string' && /^[A-Z0-9_]{2,60}$/.test(code) ? code : 'unknown';
  if (UNTRUSTED.test(reason)) return new ExchangeFailure('untrusted', reason, false);
  return new ExchangeFailure('unreachable', reason, connected);
}
