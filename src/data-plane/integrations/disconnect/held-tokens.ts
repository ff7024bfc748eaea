import { Injectable } from '@nestjs/common';
import type { Tokens } from '../../../connectors/kit/tokens.js';
import { GrantsRepository } from '../../tokens/grants.repository.js';
import { TokenStore } from '../../tokens/token-store.js';

/** The tokens of an integration that is being ended: as they are, refreshed by nobody. */
@Injectable()
export class HeldTokens {
  constructor(
    private readonly grants: GrantsRepository,
    private readonly store: TokenStore,
  ) {}

  async of(integrationId: string): Promise<Tokens | null> {
    const grant = await this.grants.find(integrationId);
    if (grant === null) return null;
    return (await this.store.get(integrationId, grant.pair))?.tokens ?? null;
  }
}
