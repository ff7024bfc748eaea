import { METHODS, STATUS_CODES, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { newRequestId } from '../request-id.js';
import { statusOf } from './error-status.js';
import { codeOfParserError, detailOf } from './fastify-errors.js';
import { methodNotAllowed, refuseMethod } from './method-not-allowed.js';
import { problemDocument, problemHeaders, PROBLEM_TYPE, type Problem } from './problem.js';

/** What Node tells of bytes that its parser refused (a Buffer, whatever Fastify's types say). */
type ParserError = Error & { code?: string; rawPacket?: unknown };

export type ClientErrorHandler = (error: ParserError, socket: Socket) => void;

interface Methods {
  methodsAt(path: string): string[];
}

/** A whole request line: method, target. Methods tell upper case from lower (RFC 9110). */
const REQUEST_LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]{1,40}) (\S{1,4096}) HTTP\/1\.[01]\r?\n/;

/**
 * Answers what Node's parser refused before there was a request (bad bytes, too many headers, too slow, a
 * method nobody knows) on the bare socket, as a problem document like all others, and closes the
 * connection.
 */
export function createClientErrorHandler(
  table: Methods,
  answers: { isAnswering(socket: Socket): boolean },
): ClientErrorHandler {
  return function answerClientError(error, socket) {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    // What is out is sent to its end, and nothing after it.
    if (answers.isAnswering(socket)) return socket.destroySoon();
    writeProblem(socket, unknownMethod(error, table) ?? parserProblem(error));
  };
}

/** Answers what Node takes for no ordinary request: CONNECT, and expectations other than 100-continue. */
export function answerOddRequests(server: Server, table: Methods): void {
  server.on('connect', (request, socket) => {
    socket.on('error', () => socket.destroy());
    writeProblem(socket as Socket, refuseMethod(request.url, table) ?? methodNotAllowed([]));
  });
  // As any other, so that it is refused as any other (message-rules.ts).
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
}

/** A parser that does not know a method stops there; the rest of the line says what it was for. */
function unknownMethod({ code, rawPacket }: ParserError, table: Methods): Problem | undefined {
  if (code !== 'HPE_INVALID_METHOD') return undefined;
  const line = Buffer.isBuffer(rawPacket) ? rawPacket.toString('latin1', 0, 4200) : '';
  const [, method, target] = REQUEST_LINE.exec(line) ?? [];
  if (method === undefined || METHODS.includes(method)) return undefined;
  return refuseMethod(target, table) ?? known('route_not_found');
}

function parserProblem(error: ParserError): Problem {
  return known(codeOfParserError(error));
}

function known(code: ReturnType<typeof codeOfParserError>): Problem {
  return { status: statusOf(code) ?? 400, code, detail: detailOf(code) };
}

function writeProblem(socket: Socket, problem: Problem): void {
  const { status } = problem;
  const requestId = newRequestId();
  const body = JSON.stringify(problemDocument(problem, requestId));
  const headers = Object.entries(problemHeaders(problem));
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
      `Content-Type: ${PROBLEM_TYPE}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      `X-Request-Id: ${requestId}`,
      ...headers.map(([name, value]) => `${name}: ${value}`),
      'Cache-Control: no-store',
      'X-Content-Type-Options: nosniff',
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}
