import type { Secret } from '../../kernel/secret.js';
import type { Allow } from './allowed-url.js';
import type { HttpLimits } from './http-limits.js';

export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  allow: Allow;
  headers?: Readonly<Record<string, string | Secret>>;
  body?: string | Secret | null;
  limits?: Partial<HttpLimits>;
  /** Its reason is thrown when it fires. */
  signal?: AbortSignal;
}

export interface HttpAnswer {
  status: number;
  /** Lower-case names; a repeated header's values are joined by `, `. */
  headers: Readonly<Record<string, string>>;
  /** Decompressed. */
  bytes: Buffer;
  /**
   * The body as JSON; `undefined` where it is empty.
   *
   * @throws AnswerNotJsonError | AnswerTooDeepError
   */
  json(): unknown;
}
