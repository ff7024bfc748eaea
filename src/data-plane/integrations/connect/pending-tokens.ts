import { Injectable } from '@nestjs/common';
import type { Tokens } from '../../../connectors/kit/tokens.js';
import { type SecretPath, SecretStore } from '../../../kernel/secret-store.js';
import { Tenancy } from '../../../tenancy/tenancy.js';
import { pairFromSecret, pairToSecret } from '../../tokens/token-pair.js';

/** Tokens of a grant for which no account is chosen yet: in the secret store and nowhere else. */
@Injectable()
export class PendingTokens {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly secrets: SecretStore,
  ) {}

  async put(attemptId: string, tokens: Tokens): Promise<void> {
    await this.secrets.put(
      this.#path(attemptId),
      pairToSecret({ version: 1, after: null, tokens }),
    );
  }

  async get(attemptId: string): Promise<Tokens | null> {
    const value = await this.secrets.get(this.#path(attemptId));
    return value === null ? null : (pairFromSecret(value)?.tokens ?? null);
  }

  /** Repeatable. */
  async destroy(attemptId: string): Promise<void> {
    await this.secrets.destroy(this.#path(attemptId));
  }

  #path(attemptId: string): SecretPath {
    return { tenantId: this.tenancy.current().tenant.id, name: `connect-${attemptId}` };
  }
}
