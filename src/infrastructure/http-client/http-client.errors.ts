import { AppError } from '../../kernel/app-error.js';

/** Which call it was: nothing of its headers, query or body. */
export interface OutboundPlace {
  method: string;
  host: string;
  /** A template, values cut out: see `path-template.ts`. */
  path: string;
  /** Once there was an answer. */
  status?: number;
}

/** The call leads where none may lead; nothing was sent. */
export class OutboundRefusedError extends AppError {
  /** @param rule which one it broke, such as `host-not-listed`, `address-not-public` */
  constructor(
    readonly rule: string,
    place: OutboundPlace,
  ) {
    super(
      'outbound_refused',
      `A call to ${place.host} was refused before anything was sent: ${rule}. Only the hosts that a connector lists may be called, by https and at public addresses.`,
      { fields: { ...place, rule } },
    );
  }
}

export class OutboundTimeoutError extends AppError {
  /** @param phase what took too long */
  constructor(phase: 'connect' | 'headers' | 'body' | 'whole', place: OutboundPlace) {
    super('outbound_timeout', `${place.host} did not answer in time (${phase}). Try again later.`, {
      fields: { ...place, phase },
    });
  }
}

/** No answer, or half of one. The cause is left out: it can hold bytes of the answer. */
export class OutboundFailedError extends AppError {
  /** @param reason a code: `ECONNREFUSED`, `UND_ERR_SOCKET`, `content-encoding` */
  constructor(
    readonly reason: string,
    place: OutboundPlace,
  ) {
    super('outbound_failed', `The call to ${place.host} failed (${reason}). Try again later.`, {
      fields: { ...place, reason },
    });
  }
}

export class AnswerTooLargeError extends AppError {
  /** @param what `wire`: as it was sent; `body`: once decompressed */
  constructor(what: 'headers' | 'wire' | 'body', limitBytes: number, place: OutboundPlace) {
    super(
      'answer_too_large',
      `The answer of ${place.host} was cut off: more than ${limitBytes} bytes (${what}).`,
      { fields: { ...place, what, limitBytes } },
    );
  }
}

export class AnswerTooDeepError extends AppError {
  constructor(maxDepth: number, place: OutboundPlace) {
    super(
      'answer_too_deep',
      `The answer of ${place.host} is nested more than ${maxDepth} levels deep.`,
      { fields: { ...place, maxDepth } },
    );
  }
}

export class AnswerNotJsonError extends AppError {
  constructor(place: OutboundPlace) {
    super('answer_not_json', `The answer of ${place.host} is not JSON.`, { fields: { ...place } });
  }
}
