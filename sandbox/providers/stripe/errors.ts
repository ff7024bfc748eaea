import type { ErrorAnswer } from '../../core/provider-module.js';

/** Stripe's envelope. */
export function stripeError(
  status: number,
  fields: { type?: string; code?: string; message: string; param?: string },
  headers: Record<string, string> = {},
): ErrorAnswer {
  const { type = 'invalid_request_error', code, message, param } = fields;
  return {
    status,
    headers,
    body: {
      error: {
        ...(code === undefined
          ? {}
          : { code, doc_url: `https://stripe.com/docs/error-codes/${code}` }),
        message,
        ...(param === undefined ? {} : { param }),
        request_log_url: 'https://dashboard.stripe.com/logs/req_sandbox',
        type,
      },
    },
  };
}

/** Thrown where a request is refused. */
export class StripeRefusal extends Error {
  constructor(readonly answer: ErrorAnswer) {
    super('refused');
  }
}

export function refuse(
  status: number,
  fields: { type?: string; code?: string; message: string; param?: string },
): never {
  throw new StripeRefusal(stripeError(status, fields));
}

/** What a failure is where the sandbox is told to fail. */
export function failureOf(status: number, path: string): ErrorAnswer {
  if (path.includes('/oauth/')) {
    return { status, body: { error: 'server_error', error_description: 'Try again later.' } };
  }
  if (status === 429) {
    return stripeError(
      429,
      { code: 'rate_limit', message: 'Request rate limit exceeded. Learn more about rate limits.' },
      { 'stripe-should-retry': 'true' },
    );
  }
  if (status === 409) {
    return stripeError(409, {
      code: 'lock_timeout',
      message: 'This object cannot be accessed right now because another request is using it.',
    });
  }
  return stripeError(
    status,
    { type: 'api_error', message: 'An unknown error occurred' },
    status >= 500 ? { 'stripe-should-retry': 'true' } : {},
  );
}
