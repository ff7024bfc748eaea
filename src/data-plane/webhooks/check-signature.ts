import { Injectable, Logger } from '@nestjs/common';
import { assertNever } from '../../kernel/assert-never.js';
import type { Secret } from '../../kernel/secret.js';
import type { Delivery, WebhookQuirks, WebhookVerdict } from '../../connectors/kit/webhooks.js';
import type { Provider } from '../../connectors/providers.js';
import { PublishedKeys } from './published-keys.js';
import { WebhookForgedError, WebhookStaleError } from './webhooks.errors.js';

/** Holds a delivery against whatever signs this provider's. */
@Injectable()
export class CheckSignature {
  readonly #logger = new Logger(CheckSignature.name);
  readonly #said = new Set<string>();

  constructor(private readonly published: PublishedKeys) {}

  /** @throws WebhookForgedError | WebhookStaleError */
  async require(provider: Provider, quirks: WebhookQuirks, delivery: Delivery): Promise<void> {
    switch (await this.#verdict(provider, quirks, delivery)) {
      case 'genuine':
        return;
      case 'stale':
        throw new WebhookStaleError(provider.id);
      case 'forged':
        throw new WebhookForgedError(provider.id);
    }
  }

  async #verdict(
    provider: Provider,
    quirks: WebhookQuirks,
    delivery: Delivery,
  ): Promise<WebhookVerdict> {
    const signedWith = provider.connector.facts.webhooks?.signedWith;
    switch (signedWith) {
      case 'webhook-secret':
        return this.#verify(provider, quirks, delivery, provider.setup.webhookSecrets);
      case 'client-secret': {
        const { clientSecret } = provider.setup;
        const secrets = clientSecret === null ? [] : [clientSecret];
        return this.#verify(provider, quirks, delivery, secrets);
      }
      case 'published-keys':
        return this.#byPublishedKeys(provider, quirks, delivery);
      case undefined:
        return 'forged';
      default:
        return assertNever(signedWith);
    }
  }

  /** A key that is not known may be a new one: looked for once, and not at every forgery's bidding. */
  async #byPublishedKeys(
    provider: Provider,
    quirks: WebhookQuirks,
    delivery: Delivery,
  ): Promise<WebhookVerdict> {
    const known = await this.published.of(provider, quirks);
    const verdict = this.#verify(provider, quirks, delivery, known);
    if (verdict !== 'forged') return verdict;
    const newer = await this.published.newerThan(known, provider, quirks);
    return newer === null ? verdict : this.#verify(provider, quirks, delivery, newer);
  }

  #verify(
    provider: Provider,
    quirks: WebhookQuirks,
    delivery: Delivery,
    secrets: readonly Secret[],
  ): WebhookVerdict {
    if (secrets.length === 0) {
      this.#sayOnce(provider.id);
      return 'forged';
    }
    try {
      return quirks.verify(delivery, secrets);
    } catch {
      // Whatever a stranger wrote that a connector stumbles over is not signed by the provider.
      return 'forged';
    }
  }

  /** Once a process: anybody can send as many as they like. */
  #sayOnce(provider: string): void {
    if (this.#said.has(provider)) return;
    this.#said.add(provider);
    this.#logger.warn(
      `a delivery of ${provider} was refused: there is no secret or key to check it with`,
    );
  }
}
