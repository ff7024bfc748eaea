import { AppError } from '../../kernel/app-error.js';

export class WebhookUnknownError extends AppError {
  constructor() {
    super('webhook_unknown', 'No provider delivers to this address.');
  }
}

/** Nobody who knows the secret signed these bytes. */
export class WebhookForgedError extends AppError {
  constructor(provider: string) {
    super(
      'webhook_forged',
      'The signature does not fit the body. Compare the signing secret at the provider with the one of this installation.',
      { fields: { provider } },
    );
  }
}

/** Genuine, and too old: a captured delivery, or a clock that is wrong. */
export class WebhookStaleError extends AppError {
  constructor(provider: string) {
    super(
      'webhook_stale',
      'The delivery was signed too long ago. Send it anew; if that is what you did, compare the clocks.',
      { fields: { provider } },
    );
  }
}

/** Not all of it could be acted on; what was is remembered. Sending it again is right. */
export class WebhookNotTakenError extends AppError {
  constructor(provider: string, failed: number, cause: unknown) {
    super('webhook_not_taken', 'The delivery could not be taken in now. Send it again later.', {
      fields: { provider, failed, retryAfterSeconds: 30 },
      cause,
    });
  }
}

export class WebhookFloodError extends AppError {
  constructor(provider: string, retryAfterMs: number) {
    super('rate_limited', 'Too many deliveries from this address. Slow down.', {
      fields: { provider, retryAfterSeconds: Math.max(1, Math.ceil(retryAfterMs / 1000)) },
    });
  }
}
