import { Injectable } from '@nestjs/common';
import { randomWord } from '../../kernel/ids.js';
import { type SecretPath, SecretStore } from '../../kernel/secret-store.js';
import { Tenancy } from '../../tenancy/tenancy.js';
import { pairFromSecret, pairToSecret, type TokenPair } from './token-pair.js';

/** Names one object of the store. Every writer has its own, so nobody overwrites what another one wrote. */
export function newPairName(): string {
  return randomWord(12);
}

/**
 * The pairs of tokens of the tenant in context, one object of the secret store each
 * (`oauth-<integration>-<pair>`). Which of an integration's pairs counts, its row says.
 */
@Injectable()
export class TokenStore {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly secrets: SecretStore,
  ) {}

  /** Durable when it resolves. */
  async put(integrationId: string, name: string, pair: TokenPair): Promise<void> {
    await this.secrets.put(this.#path(integrationId, name), pairToSecret(pair));
  }

  async get(integrationId: string, name: string): Promise<TokenPair | null> {
    const value = await this.secrets.get(this.#path(integrationId, name));
    return value === null ? null : pairFromSecret(value);
  }

  /** Repeatable. */
  async destroy(integrationId: string, name: string): Promise<void> {
    await this.secrets.destroy(this.#path(integrationId, name));
  }

  /** Names of the integration's pairs, in no order. */
  async names(integrationId: string): Promise<string[]> {
    const prefix = prefixOf(integrationId);
    const names = await this.secrets.list(this.#tenantId());
    return names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
  }

  #path(integrationId: string, name: string): SecretPath {
    return { tenantId: this.#tenantId(), name: `${prefixOf(integrationId)}${name}` };
  }

  #tenantId(): string {
    return this.tenancy.current().tenant.id;
  }
}

function prefixOf(integrationId: string): string {
  return `oauth-${integrationId}-`;
}
