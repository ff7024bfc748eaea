import { Injectable } from '@nestjs/common';
import { type Grant, GrantsRepository } from './grants.repository.js';
import { TokenStore } from './token-store.js';

/**
 * Destroys pairs that a crash or a rolled-back transaction left behind. Only those of versions that are
 * over: a younger one may be somebody's who is just about to move the row on.
 */
@Injectable()
export class TidyPairs {
  constructor(
    private readonly grants: GrantsRepository,
    private readonly store: TokenStore,
  ) {}

  async execute({ integrationId }: Pick<Grant, 'integrationId'>): Promise<void> {
    const names = await this.store.names(integrationId);
    if (names.length < 2) return;
    // After the names: a pair that is the row's by now is known as such.
    const grant = await this.grants.find(integrationId);
    if (grant === null) return;
    for (const name of names) {
      if (name === grant.pair || name === grant.attempt) continue;
      const pair = await this.store.get(integrationId, name);
      if (pair !== null && pair.version <= grant.version) {
        await this.store.destroy(integrationId, name);
      }
    }
  }
}
