import type { OpenAPIObject } from '@nestjs/swagger';
import { exampleProblem } from './problem-schema.js';
import { statusOf } from '../problem/error-status.js';
import { titleOf } from '../problem/problem.js';

type Response = Exclude<
  NonNullable<NonNullable<OpenAPIObject['components']>['responses']>[string],
  { $ref: string }
>;

/** Answers that are the same at every route, so they stand in the document once. */
const SHARED = [
  'url_too_long',
  'headers_too_large',
  'request_timeout',
  'expectation_failed',
  'internal_error',
];

/** The components that `sharedResponse` refers to. */
export function sharedResponses(): Record<string, Response> {
  return Object.fromEntries(
    SHARED.map((code) => [nameOf(code), problemResponse([code], statusOf(code) ?? 500)]),
  );
}

/** A reference, where these codes are one of those that stand in the document once. */
export function sharedResponse(codes: readonly string[]): { $ref: string } | undefined {
  const [code = ''] = codes;
  if (codes.length !== 1 || !SHARED.includes(code)) return undefined;
  return { $ref: `#/components/responses/${nameOf(code)}` };
}

/** An answer of this status, with an example of each code it may have. */
export function problemResponse(codes: readonly string[], status: number): Response {
  const headers = HEADERS[status];
  return {
    description: `\`${codes.join('`, `')}\``,
    ...(headers === undefined ? {} : { headers }),
    content: {
      'application/problem+json': {
        schema: { $ref: '#/components/schemas/Problem' },
        examples: Object.fromEntries(
          codes.map((code) => [code, { value: exampleProblem(code, status) }]),
        ),
      },
    },
  };
}

const RETRY_AFTER: Response['headers'] = {
  'Retry-After': {
    description: 'Seconds after which to ask again.',
    required: true,
    schema: { type: 'integer', minimum: 0 },
  },
};

const HEADERS: Readonly<Record<number, Response['headers']>> = {
  401: {
    'WWW-Authenticate': {
      description: 'How to say who calls.',
      required: true,
      schema: { type: 'string' },
    },
  },
  429: RETRY_AFTER,
  503: RETRY_AFTER,
};

/** `url_too_long` becomes `UrlTooLong`. */
function nameOf(code: string): string {
  return code.split('_').map(titleOf).join('');
}
