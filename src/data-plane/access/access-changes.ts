import { Injectable } from '@nestjs/common';
import { Tenancy } from '../../tenancy/tenancy.js';
import { AccessNews } from './access-news.js';
import { IdentityCache } from './identity-cache.js';

/**
 * Called after every committed change that takes something away: a key, a session, a role, a
 * password, a membership. What only adds needs no news, because refusals are never cached.
 *
 * A process that dies between commit and news leaves the other processes' caches to their time
 * limit; its caller got no answer and has to ask again.
 */
@Injectable()
export class AccessChanges {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly cache: IdentityCache,
    private readonly news: AccessNews,
  ) {}

  /** Drops what this process knows at once, then tells the others. */
  async announce(): Promise<void> {
    const { id } = this.tenancy.current().tenant;
    this.cache.drop(id);
    await this.news.changed(id);
  }
}
