import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import type { Call, CallLog } from '../core/call-log.js';
import type { RunningProvider } from '../core/provider-module.js';
import { SandboxError } from '../core/sandbox-error.js';
import type { Fault } from '../knobs/fault.js';
import { faultsOfHeader, type Knobs } from '../knobs/knobs.js';
import { spoil } from '../knobs/spoil.js';
import { queryOf, takeRawBodies } from './read-body.js';
import { sendError } from './send-error.js';

interface Seen {
  call: Call;
  faults: readonly Fault[];
}

/** One provider under its prefix, with its calls noted and its faults struck. */
export function mountProvider(
  scope: FastifyInstance,
  provider: RunningProvider,
  beside: { log: CallLog; knobs: Knobs; real: () => number },
): void {
  const seen = new WeakMap<FastifyRequest, Seen>();
  takeRawBodies(scope);

  scope.addHook('onRequest', async (request, reply) => {
    const path = pathOf(request, scope.prefix);
    const { host } = (request.params ?? {}) as { host?: string };
    const call: Call = {
      at: new Date(beside.real()).toISOString(),
      method: request.method,
      path,
      ...(host === undefined ? {} : { host }),
      query: [...new Set(queryOf(request).keys())],
      status: 0,
    };
    beside.log.note(call);
    const faults = [
      ...faultsOfHeader(request.headers['x-sandbox-fault']),
      ...beside.knobs.strike(request.method, path),
    ];
    seen.set(request, { call, faults });
    for (const fault of faults) {
      if (await strikeBefore(fault, request, reply, provider, path)) return reply;
    }
    return;
  });

  scope.addHook('onSend', async (request, reply, payload) => {
    const here = seen.get(request);
    if (here === undefined) return payload;
    here.call.status = reply.statusCode;
    return here.faults.reduce((sent, fault) => strikeAfter(fault, request, reply, sent), payload);
  });

  provider.routes(scope);
}

/** `/v1/charges` of `/stripe/v1/charges?limit=1`. */
function pathOf(request: FastifyRequest, prefix: string): string {
  const depth = prefix.split('/').length;
  const [path = ''] = (request.raw.url ?? '').split('?');
  return `/${path.split('/').slice(depth).join('/')}`;
}

/** Whether the call ends here. */
async function strikeBefore(
  fault: Fault,
  request: FastifyRequest,
  reply: FastifyReply,
  provider: RunningProvider,
  path: string,
): Promise<boolean> {
  switch (fault.kind) {
    case 'latency':
      await new Promise((wake) => setTimeout(wake, fault.ms ?? 100));
      return false;
    case 'throttle':
    case 'status': {
      const status = fault.kind === 'throttle' ? 429 : (fault.status ?? 500);
      const answer = provider.errorAnswer(status, path);
      const headers: Record<string, string> = { ...answer.headers };
      if (fault.retryAfter !== undefined) headers['retry-after'] = String(fault.retryAfter);
      await sendError(reply, { ...answer, headers });
      return true;
    }
    case 'reset':
      request.raw.socket.destroy();
      reply.hijack();
      return true;
    case 'redirect':
      await reply.redirect(fault.location ?? 'http://169.254.169.254/', 302);
      return true;
    default:
      return false;
  }
}

function strikeAfter(
  fault: Fault,
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): unknown {
  if (fault.kind === 'drop') {
    request.raw.socket.destroy();
    return payload;
  }
  const text = typeof payload === 'string' || Buffer.isBuffer(payload) ? String(payload) : null;
  if (text === null) return payload;
  const spoilt = spoil(fault, text);
  if (spoilt === null) return payload;
  reply.removeHeader('content-length');
  if (fault.kind === 'bomb') void reply.header('content-encoding', 'gzip');
  if (fault.kind === 'html') void reply.type('text/html; charset=utf-8');
  if (fault.kind === 'body') void reply.code(fault.status ?? 200);
  // Whoever hangs up on an endless answer ends it.
  if (spoilt instanceof Readable) request.raw.socket.once('close', () => spoilt.destroy());
  return spoilt;
}

/** Faults of the sandbox's own use, not of a provider. */
export function answerSandboxErrors(scope: FastifyInstance): void {
  scope.setErrorHandler((error, _request, reply) => {
    const known = error instanceof SandboxError;
    const status = known ? error.status : ((error as { statusCode?: number }).statusCode ?? 500);
    const message = error instanceof Error ? error.message : 'The sandbox failed.';
    return reply.code(status).send({ sandboxError: message });
  });
}
