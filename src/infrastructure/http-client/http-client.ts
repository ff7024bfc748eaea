import { Agent } from 'undici';
import type { Dispatcher } from 'undici';
import { Secret } from '../../kernel/secret.js';
import { checkUrl } from './allowed-url.js';
import { CallFaults } from './call-faults.js';
import { guardedLookup, resolveBySystem } from './guarded-lookup.js';
import type { Resolve } from './guarded-lookup.js';
import { OutboundRefusedError } from './http-client.errors.js';
import type { OutboundPlace } from './http-client.errors.js';
import { DEFAULT_LIMITS } from './http-limits.js';
import type { HttpLimits } from './http-limits.js';
import type { HttpAnswer, HttpRequest } from './http-request.js';
import { answerOf } from './http-answer.js';
import { pathTemplate } from './path-template.js';
import { readBody } from './read-body.js';

export interface HttpClientOptions {
  resolve?: Resolve;
  connectMs?: number;
  /** Open at once for one origin; further calls wait in line. */
  connectionsPerOrigin?: number;
  keepAliveMs?: number;
  maxHeaderBytes?: number;
  userAgent?: string;
}

/**
 * The only way out to providers. It calls nothing but allowed hosts at public addresses, follows no
 * redirect (a 3xx is an answer like others), takes no proxy from the environment and bounds time, size
 * and depth. Connections are kept and reused per origin; `close` ends them.
 */
export class HttpClient {
  /** Checks the addresses of each new connection. */
  readonly #guarded: Agent;
  /** For the operator's own origin, which may be anywhere. */
  readonly #placed: Agent;
  readonly #maxHeaderBytes: number;
  readonly #userAgent: string;

  constructor(options: HttpClientOptions = {}) {
    this.#maxHeaderBytes = options.maxHeaderBytes ?? 32_768;
    this.#userAgent = options.userAgent ?? 'NuMoon';
    const timeout = options.connectMs ?? 10_000;
    const shared: Agent.Options = {
      connections: options.connectionsPerOrigin ?? 16,
      pipelining: 1,
      keepAliveTimeout: options.keepAliveMs ?? 10_000,
      keepAliveMaxTimeout: 60_000,
      maxHeaderSize: this.#maxHeaderBytes,
    };
    const lookup = guardedLookup(options.resolve ?? resolveBySystem);
    this.#guarded = new Agent({ ...shared, connect: { timeout, lookup } });
    this.#placed = new Agent({ ...shared, connect: { timeout } });
  }

  /**
   * Sends one request once; whether to try again is the caller's to say.
   *
   * @throws OutboundRefusedError | OutboundTimeoutError | OutboundFailedError | AnswerTooLargeError
   */
  async send(request: HttpRequest): Promise<HttpAnswer> {
    const limits = { ...DEFAULT_LIMITS, ...request.limits };
    const checked = checkUrl(request.url, request.allow);
    if ('refused' in checked) {
      throw new OutboundRefusedError(checked.refused, placeOf(request.method, request.url));
    }
    request.signal?.throwIfAborted();
    const place = placeOf(request.method, checked.url.href);
    const agent = checked.placed ? this.#placed : this.#guarded;
    return this.#exchange(agent, checked.url, request, limits, place);
  }

  async close(): Promise<void> {
    await Promise.all([this.#guarded.destroy(), this.#placed.destroy()]);
  }

  async #exchange(
    agent: Agent,
    url: URL,
    request: HttpRequest,
    limits: HttpLimits,
    place: OutboundPlace,
  ): Promise<HttpAnswer> {
    const faults = new CallFaults(limits, this.#maxHeaderBytes, request.signal);
    try {
      const got = await agent.request(this.#dispatched(url, request, limits, faults.signal));
      place.status = got.statusCode;
      const encoding = got.headers['content-encoding'];
      const bytes = await readBody(got.body, String(encoding ?? ''), limits.maxBytes);
      return answerOf(got.statusCode, got.headers, bytes, limits.maxDepth, place);
    } catch (error) {
      throw faults.translate(error, place);
    } finally {
      faults.end();
    }
  }

  #dispatched(
    url: URL,
    request: HttpRequest,
    limits: HttpLimits,
    signal: AbortSignal,
  ): Dispatcher.RequestOptions {
    const headers: Record<string, string> = {
      'user-agent': this.#userAgent,
      'accept-encoding': 'gzip, deflate, br',
    };
    for (const [name, value] of Object.entries(request.headers ?? {})) {
      headers[name.toLowerCase()] = revealed(value);
    }
    return {
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: request.method,
      headers,
      body: request.body === undefined || request.body === null ? null : revealed(request.body),
      headersTimeout: limits.headersMs,
      bodyTimeout: limits.bodyMs,
      signal,
    };
  }
}

function revealed(value: string | Secret): string {
  return value instanceof Secret ? value.reveal() : value;
}

/** Of a URL that may be anything: a refused host is named, cut to a sane length. */
function placeOf(method: string, text: string): OutboundPlace {
  if (!URL.canParse(text)) return { method, host: '(not a URL)', path: '' };
  const { hostname, pathname } = new URL(text);
  return { method, host: hostname.slice(0, 253), path: pathTemplate(pathname).slice(0, 300) };
}
