import { Injectable, Logger } from '@nestjs/common';
import type { Delivery, WebhookEvent, WebhookQuirks } from '../../connectors/kit/webhooks.js';
import { type Provider, Providers } from '../../connectors/providers.js';
import { networkOf } from '../../infrastructure/rate-limit/network-of.js';
import { TokenBuckets } from '../../infrastructure/rate-limit/token-buckets.js';
import { AppError } from '../../kernel/app-error.js';
import { DataPlaneSettings } from '../data-plane.settings.js';
import { ActOnEvents } from './act-on-events.js';
import { CheckSignature } from './check-signature.js';
import { WebhookFloodError, WebhookUnknownError } from './webhooks.errors.js';

/** A request as it came in, before anything of it is believed. */
export interface IncomingDelivery {
  method: string;
  /** Path and query. */
  target: string;
  headers: NodeJS.Dict<string | string[]>;
  rawBody: Buffer;
}

/**
 * Takes in what a provider tells: a hint to read again, whose content is never trusted. The signature
 * is checked over the bytes before anything is made of them. It is answered when what follows is written down: if
 * that fails, or the process dies, there is no success, and the provider sends it again.
 */
@Injectable()
export class ReceiveDelivery {
  readonly #logger = new Logger(ReceiveDelivery.name);
  readonly #limit: TokenBuckets;

  constructor(
    private readonly providers: Providers,
    private readonly settings: DataPlaneSettings,
    private readonly signature: CheckSignature,
    private readonly act: ActOnEvents,
  ) {
    const ratePerSecond = settings.webhooksPerSecond;
    this.#limit = new TokenBuckets({ ratePerSecond, burst: 5 * ratePerSecond });
  }

  /**
   * @throws WebhookUnknownError | WebhookFloodError | WebhookForgedError | WebhookStaleError |
   *   WebhookNotTakenError
   */
  async execute(providerId: string, address: string, incoming: IncomingDelivery): Promise<void> {
    const provider = this.providers.all().find(({ id }) => id === providerId);
    const quirks = provider?.connector.webhooks ?? null;
    if (provider === undefined || quirks === null) throw new WebhookUnknownError();
    const { allowed, retryAfterMs } = this.#limit.take(`${provider.id} ${networkOf(address)}`);
    if (!allowed) throw new WebhookFloodError(provider.id, retryAfterMs);
    const delivery: Delivery = {
      method: incoming.method,
      url: `${this.settings.publicUrl()}${incoming.target}`,
      headers: flat(incoming.headers),
      rawBody: incoming.rawBody,
      nowMs: Date.now(),
      ...(provider.setup.clientId === null ? {} : { clientId: provider.setup.clientId }),
    };
    await this.signature.require(provider, quirks, delivery);
    await this.act.execute(provider.id, this.#eventsIn(provider, quirks, delivery));
  }

  /**
   * Nothing where the connector does not understand it: to refuse what is genuine would only make the
   * provider send the same again. Told without its content, which a parser's message would quote.
   */
  #eventsIn(
    provider: Provider,
    quirks: WebhookQuirks,
    delivery: Delivery,
  ): readonly WebhookEvent[] {
    try {
      return quirks.events(delivery);
    } catch (error) {
      const what = error instanceof AppError ? error.code : (error as Error | null)?.name;
      this.#logger.warn(`a delivery of ${provider.id} was not understood (${what ?? 'unknown'})`);
      return [];
    }
  }
}

function flat(headers: IncomingDelivery['headers']): Record<string, string> {
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name.toLowerCase(), [value].flat().join(', ')] as const],
  );
  return Object.fromEntries(entries);
}
