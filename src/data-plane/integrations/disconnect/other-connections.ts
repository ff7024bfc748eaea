import { Injectable } from '@nestjs/common';
import type { Account } from '../../../connectors/kit/account.js';
import type { Connector } from '../../../connectors/kit/connector.js';
import { Providers } from '../../../connectors/providers.js';
import { assertNever } from '../../../kernel/assert-never.js';
import { hasCode } from '../../../kernel/app-error.js';
import { Tenancy } from '../../../tenancy/tenancy.js';
import { GrantsRepository } from '../../tokens/grants.repository.js';
import {
  type AccountHolder,
  ProviderAccountDirectory,
} from '../../webhooks/provider-account-directory.js';

/** Who has a connection that would end too. `others`: other tenants alone, which no tenant may learn. */
export type Sharers = 'nobody' | 'own' | 'others';

type Grant = Readonly<Record<string, string>>;

const ACTOR = { kind: 'system', job: 'integrations.disconnect' } as const;

/** Finds connections that would lose their access with another one's, in all tenants. */
@Injectable()
export class OtherConnections {
  constructor(
    private readonly providers: Providers,
    private readonly directory: ProviderAccountDirectory,
    private readonly tenancy: Tenancy,
    private readonly grants: GrantsRepository,
  ) {}

  /** One that is made at this very moment may be missed: it is found to be revoked, and connected anew. */
  async sharing(
    { id, provider, account }: { id: string; provider: string; account: Account },
    grant: Grant,
  ): Promise<Sharers> {
    const own: AccountHolder[] = [];
    const others: AccountHolder[] = [];
    for (const name of this.#names(provider, account, grant)) {
      const holders = await this.tenancy.central(() => this.directory.find(provider, name));
      for (const holder of holders) {
        // Another tenant's may have the same id.
        const isOwn = holder.tenantId === this.tenancy.current().tenant.id;
        if (isOwn && holder.integrationId === id) continue;
        (isOwn ? own : others).push(holder);
      }
    }
    if (await this.#oneStands(own)) return 'own';
    return (await this.#oneStands(others)) ? 'others' : 'nobody';
  }

  /** The first that does is enough: an account may have been connected by many. */
  async #oneStands(holders: readonly AccountHolder[]): Promise<boolean> {
    for (const holder of holders) if (await this.#stands(holder)) return true;
    return false;
  }

  #names(provider: string, account: Account, grant: Grant): readonly string[] {
    const connector = this.providers.all().find((it) => it.id === provider)?.connector;
    return connector === undefined ? [] : namesEnded(connector, account, grant);
  }

  /**
   * The directory also knows those that were revoked (their data may have to be erased). Where a tenant's
   * database cannot be asked it counts as standing: nobody's end waits for another tenant.
   */
  async #stands({ tenantId, integrationId }: AccountHolder): Promise<boolean> {
    try {
      const status = await this.tenancy.run(tenantId, ACTOR, () =>
        this.grants.statusOf(integrationId),
      );
      return status !== null && status !== 'revoked' && status !== 'disconnected';
    } catch (error) {
      return !hasCode(error, 'tenant_not_found');
    }
  }
}

/** By which names the directory knows those whose access ends with this one's. */
function namesEnded(
  { facts: { revocationEnds }, knownAs }: Connector,
  account: Account,
  grant: Grant,
): readonly string[] {
  switch (revocationEnds) {
    case 'account':
      return [account.id];
    case 'login':
      return knownAs?.(account, grant) ?? [];
    case 'token':
    case 'nothing':
      return [];
    default:
      return assertNever(revocationEnds);
  }
}
