import { setTimeout as sleep } from 'node:timers/promises';
import type { Send } from './send-request.js';
import type { Subject } from './subject.js';
import type { Witness } from './witness.js';

export interface Answer {
  status: number;
  /** Null where it is no JSON. */
  body: Record<string, unknown> | null;
  headers: Record<string, string | string[] | undefined>;
}

export interface CallOptions {
  body?: object;
  headers?: Record<string, string>;
  /** In place of the tenant's API key; null: nothing. */
  key?: string | null;
  /** Given up after so long. */
  cancelAfterMs?: number;
}

/** Who is told to come later does so, and not at once. */
const REST_MS = 250;

/** Calls of the API in the name of one tenant, each answer seen by the witness. */
export class Caller {
  constructor(
    private readonly base: URL,
    private readonly send: Send,
    private readonly witness: Witness,
  ) {}

  /** Null where the call was given up, or got no answer. */
  async call(
    act: string,
    by: Subject,
    method: string,
    path: string,
    { body, headers = {}, key = by.apiKey, cancelAfterMs }: CallOptions = {},
  ): Promise<Answer | null> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    this.witness.requests += 1;
    try {
      const answer = await this.send({
        method,
        url: new URL(path, this.base),
        headers: {
          ...(key === null ? {} : { authorization: `Bearer ${key}` }),
          ...(text === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        body: text,
        signal: cancelAfterMs === undefined ? undefined : AbortSignal.timeout(cancelAfterMs),
      });
      this.witness.answered(String(answer.status));
      const said = `${path} ${text ?? ''} ${JSON.stringify(headers)}`;
      this.witness.search(act, by, `${JSON.stringify(answer.headers)}\n${answer.text}`, said);
      if (answer.status === 429 || answer.status === 503) await sleep(REST_MS);
      return { status: answer.status, headers: answer.headers, body: parsed(answer.text) };
    } catch {
      this.witness.answered(cancelAfterMs === undefined ? 'no answer' : 'cancelled');
      return null;
    }
  }
}

function parsed(text: string): Answer['body'] {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
