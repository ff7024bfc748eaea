import type { KnownCode } from './error-status.js';

/** What Fastify's own errors mean to a client. Others are faults of ours. */
const CODES: Readonly<Record<string, KnownCode>> = {
  FST_ERR_BAD_URL: 'url_invalid',
  FST_ERR_CTP_BODY_TOO_LARGE: 'json_too_large',
  FST_ERR_CTP_EMPTY_TYPE: 'media_type_unsupported',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'length_mismatch',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'media_type_unsupported',
  FST_ERR_CTP_INVALID_TYPE: 'media_type_unsupported',
  FST_ERR_MAX_PARAM_LENGTH: 'url_too_long',
  FST_ERR_NOT_FOUND: 'route_not_found',
};

/** Node's, for requests that never became one. */
const PARSER_CODES: Readonly<Record<string, KnownCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
};

const DETAILS: Partial<Record<KnownCode, string>> = {
  bad_request: 'The request cannot be read.',
  headers_too_large: 'The headers are too large.',
  json_too_large: 'The body is too large.',
  length_mismatch: 'The body is not as long as its Content-Length says.',
  media_type_unsupported: 'Send the body as application/json in UTF-8, uncompressed.',
  request_timeout: 'The request did not arrive completely in time.',
  route_not_found: 'There is nothing at this address.',
  url_invalid: 'The address holds characters that cannot be read.',
  url_too_long: 'The address, or a part of it, is too long.',
};

/** Our code for an error of Fastify's, found by its code and never by its message. */
export function codeOfFastifyError(error: unknown): KnownCode | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && Object.hasOwn(CODES, code) ? CODES[code] : undefined;
}

export function codeOfParserError(error: { code?: string }): KnownCode {
  return PARSER_CODES[error.code ?? ''] ?? 'bad_request';
}

/** Words of our own: Fastify's messages repeat what was sent. */
export function detailOf(code: KnownCode): string {
  return DETAILS[code] ?? 'The request was refused.';
}
