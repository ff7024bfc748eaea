import { Injectable, Logger } from '@nestjs/common';
import { sendToProvider } from '../../connectors/kit/calls/send-to-provider.js';
import type { WebhookQuirks } from '../../connectors/kit/webhooks.js';
import type { Provider } from '../../connectors/providers.js';
import { HttpClient } from '../../infrastructure/http-client/http-client.js';
import { AppError } from '../../kernel/app-error.js';
import { Secret } from '../../kernel/secret.js';

interface Known {
  keys: readonly Secret[];
  fetchedAtMs: number;
}

/** Looked for anew after this; a provider announces a new key for longer before it signs with it. */
const FRESH_MS = 3_600_000;

/** However many forgeries come: the provider is asked no more often. */
const ASKED_AGAIN_MS = 60_000;

const LIMITS = { headersMs: 5_000, wholeMs: 8_000, maxBytes: 256 * 1024, maxDepth: 8 };
const KEYS_MAX = 50;

/**
 * The public keys that providers sign with, from where they publish them: a set of JWKs, or PEM text.
 * Kept in memory; where the provider does not answer, the ones that are known go on to serve.
 */
@Injectable()
export class PublishedKeys {
  readonly #logger = new Logger(PublishedKeys.name);
  readonly #known = new Map<string, Known>();
  readonly #asking = new Map<string, Promise<readonly Secret[]>>();

  constructor(private readonly http: HttpClient) {}

  /** Empty where none can be had. */
  async of(provider: Provider, quirks: WebhookQuirks): Promise<readonly Secret[]> {
    const known = this.#known.get(provider.id);
    if (known !== undefined && Date.now() - known.fetchedAtMs < FRESH_MS) return known.keys;
    return this.#ask(provider, quirks);
  }

  /** What is published now, unless it was looked for a moment ago; null: nothing newer. */
  async newerThan(
    keys: readonly Secret[],
    provider: Provider,
    quirks: WebhookQuirks,
  ): Promise<readonly Secret[] | null> {
    const known = this.#known.get(provider.id);
    if (known !== undefined && Date.now() - known.fetchedAtMs < ASKED_AGAIN_MS) {
      return known.keys === keys ? null : known.keys;
    }
    return this.#ask(provider, quirks);
  }

  #ask(provider: Provider, quirks: WebhookQuirks): Promise<readonly Secret[]> {
    const running = this.#asking.get(provider.id);
    if (running !== undefined) return running;
    const asked = this.#fetch(provider, quirks).finally(() => this.#asking.delete(provider.id));
    this.#asking.set(provider.id, asked);
    return asked;
  }

  async #fetch(provider: Provider, { keysUrl }: WebhookQuirks): Promise<readonly Secret[]> {
    const before = this.#known.get(provider.id)?.keys ?? [];
    if (keysUrl === undefined) return before;
    let keys = before;
    try {
      const request = { method: 'GET', url: keysUrl, limits: LIMITS } as const;
      const answer = await sendToProvider(this.http, provider, request);
      if (answer.status === 200) keys = keysIn(answer.bytes, () => answer.json());
    } catch (error) {
      const what = error instanceof AppError ? error.code : 'unknown';
      this.#logger.warn(`the keys of ${provider.id} could not be fetched (${what})`);
    }
    if (keys.length === 0) keys = before;
    this.#known.set(provider.id, { keys, fetchedAtMs: Date.now() });
    return keys;
  }
}

function keysIn(bytes: Buffer, json: () => unknown): Secret[] {
  const text = bytes.toString('utf8');
  if (text.includes('-----BEGIN')) return [new Secret(text)];
  const set = (json() as { keys?: unknown } | null | undefined)?.keys;
  if (!Array.isArray(set)) return [];
  return set.slice(0, KEYS_MAX).map((key) => new Secret(JSON.stringify(key)));
}
