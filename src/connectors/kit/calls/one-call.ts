import { hasCode } from '../../../kernel/app-error.js';
import { Secret } from '../../../kernel/secret.js';
import { OutboundRefusedError } from '../../../infrastructure/http-client/http-client.errors.js';
import type { HttpAnswer } from '../../../infrastructure/http-client/http-request.js';
import { pathTemplate } from '../../../infrastructure/http-client/path-template.js';
import { BrokenPageError } from '../provider-errors.js';
import type { CallPlace } from '../provider-errors.js';
import type { ProviderAnswer, Query, Verdict } from '../provider-client.js';
import { apiUrl } from './api-url.js';
import type { AccessToken, ProviderClientOptions } from './provider-client-options.js';
import { fillParams } from './fill-params.js';
import { judgeAnswer } from './judge-answer.js';
import { pathMatches } from './path-pattern.js';
import { providerRequestId } from './provider-request-id.js';
import { readsOnly } from './reads-only.js';
import { sendToProvider } from './send-to-provider.js';

export interface Outcome {
  answer: ProviderAnswer;
  verdict: Verdict;
  place: CallPlace;
  cause?: unknown;
}

const NO_ANSWER: ProviderAnswer = { status: 0, headers: {}, body: undefined };

/** A call that is checked when it is made and sent once each time `send` is called. */
export class OneCall {
  /** As limits and errors know it. */
  readonly path: string;
  readonly place: CallPlace;
  readonly #url: string;
  readonly #hosts: readonly string[];
  readonly #body: string | null;

  /** @throws OutboundRefusedError */
  constructor(
    private readonly options: ProviderClientOptions,
    private readonly method: 'GET' | 'POST',
    path: string,
    query: Query | undefined,
    body: unknown,
  ) {
    const { provider, params } = options;
    const to = apiUrl(provider, params, path, query);
    this.place = { provider: provider.id, method, host: '', path: '' };
    if ('refused' in to) throw new OutboundRefusedError(to.refused, this.place);
    const { hostname, pathname } = new URL(to.url);
    this.place.host = hostname;
    this.place.path = pathTemplate(pathname);
    if (method === 'POST' && !this.#mayPost(to.path, body)) {
      throw new OutboundRefusedError('not-reading', this.place);
    }
    this.path = to.path;
    this.#url = to.url;
    this.#hosts = to.hosts;
    this.#body = method === 'POST' ? JSON.stringify(body ?? {}) : null;
  }

  /** @throws BrokenPageError | OutboundRefusedError | the signal's reason */
  async send(access: AccessToken): Promise<Outcome> {
    const { provider, budget } = this.options;
    try {
      const answer = this.#read(await this.#exchange(access));
      const news = provider.connector.budget?.(answer);
      if (news !== undefined && news !== null) budget.tell(news);
      const verdict = judgeAnswer(provider.connector, answer, Date.now());
      return { answer, verdict, place: this.#placeOf(answer) };
    } catch (error) {
      if (!isPassing(error)) throw asPage(error);
      return {
        answer: NO_ANSWER,
        verdict: { kind: 'unavailable' },
        place: this.place,
        cause: error,
      };
    }
  }

  #mayPost(path: string, body: unknown): boolean {
    const { readingPosts } = this.options.provider.connector.facts.api;
    return readingPosts.some((pattern) => pathMatches(pattern, path)) && readsOnly(body);
  }

  #exchange({ token }: AccessToken): Promise<HttpAnswer> {
    const { http, provider, signal } = this.options;
    // A token in a URL would be in every log on the way.
    if (this.#url.includes(token.reveal()))
      throw new OutboundRefusedError('token-in-url', this.place);
    const { name, prefix } = provider.connector.facts.api.tokenHeader;
    return sendToProvider(
      http,
      provider,
      {
        method: this.method,
        url: this.#url,
        headers: {
          accept: 'application/json',
          ...this.#headers(),
          ...(this.#body === null ? {} : { 'content-type': 'application/json' }),
          [name]: new Secret(`${prefix}${token.reveal()}`),
        },
        body: this.#body,
        ...(signal === undefined ? {} : { signal }),
      },
      { hosts: this.#hosts },
    );
  }

  #headers(): Record<string, string> {
    const { facts } = this.options.provider.connector;
    const filled = Object.entries(facts.api.headers).map(([name, value]) => {
      const text = fillParams(value, facts.params, this.options.params);
      if (text === null) throw new OutboundRefusedError('params', this.place);
      return [name, text] as const;
    });
    return Object.fromEntries(filled);
  }

  /** An error's body may be a page of a proxy: there only the status counts. */
  #read(answer: HttpAnswer): ProviderAnswer {
    const { status, headers } = answer;
    try {
      return { status, headers, body: answer.json() };
    } catch (error) {
      if (status >= 200 && status < 300) throw error;
      return { status, headers, body: undefined };
    }
  }

  #placeOf({ status, headers }: ProviderAnswer): CallPlace {
    const id = providerRequestId(headers);
    return { ...this.place, status, ...(id === undefined ? {} : { providerRequestId: id }) };
  }
}

/** Half an answer is often whole the next time, and so is JSON that breaks off. */
function isPassing(error: unknown): boolean {
  return ['outbound_timeout', 'outbound_failed', 'answer_not_json'].some((code) =>
    hasCode(error, code),
  );
}

function asPage(error: unknown): unknown {
  if (hasCode(error, 'answer_too_large'))
    return new BrokenPageError('the answer is of a sane size');
  if (hasCode(error, 'answer_too_deep'))
    return new BrokenPageError('the answer is not nested without end');
  return error;
}
