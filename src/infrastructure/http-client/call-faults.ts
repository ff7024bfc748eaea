import { AddressRefused } from './guarded-lookup.js';
import {
  AnswerTooLargeError,
  OutboundFailedError,
  OutboundRefusedError,
  OutboundTimeoutError,
} from './http-client.errors.js';
import type { OutboundPlace } from './http-client.errors.js';
import type { HttpLimits } from './http-limits.js';
import { BodyFault } from './read-body.js';

/** The clock of one call, and what its failures mean. */
export class CallFaults {
  readonly signal: AbortSignal;
  readonly #whole = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(
    private readonly limits: HttpLimits,
    private readonly maxHeaderBytes: number,
    private readonly caller: AbortSignal | undefined,
  ) {
    this.#timer = setTimeout(() => this.#whole.abort(), limits.wholeMs);
    this.signal =
      caller === undefined ? this.#whole.signal : AbortSignal.any([caller, this.#whole.signal]);
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  /**
   * What to throw. What undici threw goes no further: its errors hold bytes of the answer. Of an
   * unknown one only the code is kept.
   */
  translate(error: unknown, place: OutboundPlace): unknown {
    if (this.caller?.aborted === true) return this.caller.reason;
    if (this.#whole.signal.aborted) return new OutboundTimeoutError('whole', place);
    if (isAddressRefused(error)) return new OutboundRefusedError('address-not-public', place);
    if (error instanceof BodyFault) return this.#ofBody(error, place);
    return this.#ofCode(codeOf(error), place);
  }

  #ofBody({ fault }: BodyFault, place: OutboundPlace): Error {
    const { maxBytes } = this.limits;
    if (fault === 'wire-too-large') return new AnswerTooLargeError('wire', maxBytes, place);
    if (fault === 'body-too-large') return new AnswerTooLargeError('body', maxBytes, place);
    return new OutboundFailedError(`content-${fault}`, place);
  }

  #ofCode(code: string, place: OutboundPlace): Error {
    switch (code) {
      case 'UND_ERR_CONNECT_TIMEOUT':
      case 'ETIMEDOUT':
        return new OutboundTimeoutError('connect', place);
      case 'UND_ERR_HEADERS_TIMEOUT':
        return new OutboundTimeoutError('headers', place);
      case 'UND_ERR_BODY_TIMEOUT':
        return new OutboundTimeoutError('body', place);
      case 'UND_ERR_HEADERS_OVERFLOW':
      case 'HPE_HEADER_OVERFLOW':
        return new AnswerTooLargeError('headers', this.maxHeaderBytes, place);
      case 'UND_ERR_INVALID_ARG':
        // A line end in a header, for one. Nothing was sent.
        return new OutboundRefusedError('request-malformed', place);
      default:
        return new OutboundFailedError(code, place);
    }
  }
}

function isAddressRefused(error: unknown): boolean {
  if (error instanceof AddressRefused) return true;
  return error instanceof AggregateError && error.errors.some(isAddressRefused);
}

function codeOf(error: unknown): string {
  const code: unknown = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{0,60}$/.test(code) ? code : 'unknown';
}
