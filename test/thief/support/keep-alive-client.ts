import { hash } from 'node:crypto';
import { Agent, request, type IncomingHttpHeaders } from 'node:http';
import { noteAnswer } from '../../support/canaries/answers.js';
import { noteSecret } from '../../support/canaries/registry.js';
import type { Answer } from '../../support/test-app.js';

export interface Call {
  method: string;
  path: string;
  key?: string;
  /** Text is sent as it is. */
  body?: unknown;
  headers?: Record<string, string>;
}

export const GUESSABLE = 'hash of a request';

/** What may come of a call, for the one who expects a certain status. */
export type Reply = Omit<Answer, 'headers'> & { headers: IncomingHttpHeaders };

/**
 * Calls over connections that are kept, some at once: thousands of calls in seconds. Close it, or the
 * worker stays alive.
 */
export class KeepAliveClient {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 16 });

  constructor(private readonly base: string) {}

  /** @throws Error when the answer has another status */
  async expect(status: number, call: Call): Promise<Reply> {
    const reply = await this.call(call);
    if (reply.status !== status) {
      const said = JSON.stringify(reply.body);
      throw new Error(
        `${call.method} ${call.path} answered ${reply.status}, not ${status}: ${said}`,
      );
    }
    return reply;
  }

  async call({ method, path, key, body, headers = {} }: Call): Promise<Reply> {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const { status, answered, said } = await this.#send(method, path, text, {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(text === undefined
        ? {}
        : {
            'content-type': 'application/json',
            'content-length': String(Buffer.byteLength(text)),
          }),
      ...headers,
    });
    if ('idempotency-key' in headers) noteGuessable([method, path, body]);
    noteAnswer({ call: `${method} a route`, status, headers: answered, text: said });
    const isJson = /json/.test(answered['content-type'] ?? '') && said !== '';
    return { status, headers: answered, body: isJson ? JSON.parse(said) : said };
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(method: string, path: string, text: string | undefined, headers: Record<string, string>) {
    return new Promise<{ status: number; answered: IncomingHttpHeaders; said: string }>(
      (resolve, reject) => {
        const url = new URL(path, this.base);
        const sent = request(url, { method, headers, agent: this.#agent }, (answer) => {
          let said = '';
          answer.setEncoding('utf8');
          answer.on('data', (part: string) => (said += part));
          answer.once('error', reject);
          answer.once('end', () =>
            resolve({ status: answer.statusCode ?? 0, answered: answer.headers, said }),
          );
        });
        sent.once('error', reject);
        sent.end(text);
      },
    );
  }
}

/**
 * A hash without a key, of a request that holds an address or a password: whoever finds it can try
 * billions of guesses a second, past the slow hash of passwords.
 */
function noteGuessable(request: unknown[]): void {
  noteSecret(GUESSABLE, hash('sha256', JSON.stringify(request), 'buffer'));
}
