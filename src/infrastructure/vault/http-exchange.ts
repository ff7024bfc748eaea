import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import type { IncomingMessage, RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { ExchangeFailure, failureOf } from './exchange-failure.js';

export interface Exchange {
  method: string;
  url: URL;
  headers: Record<string, string>;
  body?: string;
  timeoutMs: number;
  maxBytes: number;
  /**
   * On a connection of its own. One that was kept alive may be dead by now, and then nobody can say
   * whether the server has done what was asked.
   */
  fresh: boolean;
}

export interface Exchanged {
  status: number;
  text: string;
}

/** A kept connection is dropped long before Vault (5 minutes) or a load balancer (a minute) drops it. */
const IDLE_MS = 30_000;

/**
 * One request, one answer, over node's own http: no redirect is followed (it would carry the token to
 * wherever the answer says), no proxy is taken from the environment, nothing is decompressed, and one
 * time limit covers it from the look-up of the name to the last byte.
 */
export class HttpExchanger {
  readonly #agent: HttpAgent | HttpsAgent;
  readonly #secure: boolean;
  readonly #ca: string | undefined;

  /** @param ca certificates in PEM that are trusted in place of the system's */
  constructor(base: URL, ca?: string) {
    this.#secure = base.protocol === 'https:';
    this.#ca = ca;
    const options = { keepAlive: true, maxSockets: 64, maxFreeSockets: 16, timeout: IDLE_MS };
    this.#agent = this.#secure ? new HttpsAgent({ ...options, ca }) : new HttpAgent(options);
  }

  /** @throws ExchangeFailure */
  send(exchange: Exchange): Promise<Exchanged> {
    return new Promise<Exchanged>((resolve, reject) => {
      const { body } = exchange;
      const options: RequestOptions & { ca?: string } = {
        method: exchange.method,
        headers: {
          ...exchange.headers,
          ...(body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }),
        },
        agent: exchange.fresh ? false : this.#agent,
        ...(this.#secure && this.#ca !== undefined ? { ca: this.#ca } : {}),
      };
      const request = (this.#secure ? httpsRequest : httpRequest)(exchange.url, options);
      let connected = false;
      const fail = (failure: ExchangeFailure) => {
        clearTimeout(timer);
        reject(failure);
        request.destroy();
      };
      const timer = setTimeout(
        () => fail(new ExchangeFailure(connected ? 'slow' : 'unreachable', 'timeout', connected)),
        exchange.timeoutMs,
      );
      request.on('socket', (socket) => {
        if (!socket.connecting) connected = true;
        else socket.once(this.#secure ? 'secureConnect' : 'connect', () => (connected = true));
      });
      request.on('error', (error) => fail(failureOf(error, connected)));
      const answer = async (response: IncomingMessage) => {
        try {
          const text = await read(response, exchange.maxBytes);
          resolve({ status: response.statusCode ?? 0, text });
        } catch (error) {
          fail(error as ExchangeFailure);
        }
        clearTimeout(timer);
      };
      request.on('response', (response) => void answer(response));
      request.end(body);
    });
  }

  /** Closes the connections that are kept; those in use close with their answer. */
  close(): void {
    this.#agent.destroy();
  }
}

async function read(response: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new ExchangeFailure('failing', 'answer-too-large', true);
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof ExchangeFailure ? error : failureOf(error, true);
  }
  return Buffer.concat(chunks).toString('utf8');
}
