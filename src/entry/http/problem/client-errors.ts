import type { Socket } from 'node:net';
import { STATUS_CODES } from 'node:http';
import { newRequestId } from '../request-id.js';
import { statusOf } from './error-status.js';
import { codeOfParserError, detailOf } from './fastify-errors.js';
import { problemDocument, PROBLEM_TYPE } from './problem.js';

/**
 * Answers what Node's parser refused before there was a request (bad bytes, too many headers, too
 * slow) on the bare socket, as a problem document like all others, and closes the connection.
 */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const code = codeOfParserError(error);
  const status = statusOf(code) ?? 400;
  const requestId = newRequestId();
  const body = JSON.stringify(problemDocument({ status, code, detail: detailOf(code) }, requestId));
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
      `Content-Type: ${PROBLEM_TYPE}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      `X-Request-Id: ${requestId}`,
      'Cache-Control: no-store',
      'X-Content-Type-Options: nosniff',
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}
