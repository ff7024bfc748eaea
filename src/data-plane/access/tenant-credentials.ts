import { Injectable } from '@nestjs/common';
import { Credentials, type Identity } from '../../tenancy/access.js';
import { Tenancy } from '../../tenancy/tenancy.js';
import { TenantDirectory } from '../../tenancy/tenant-directory.js';
import type { TenantRecord } from '../../tenancy/tenant-record.js';
import type { TenantStatus } from '../../tenancy/tenant-status.js';
import { CredentialsRepository, type FoundCredential } from './credentials.repository.js';
import { IdentityCache } from './identity-cache.js';
import { fingerprintOf, tenantOfApiKey, tenantOfToken } from './tokens.js';

/**
 * States in which a credential can be somebody's. What a suspended or closing tenant's may still do
 * is for the caller to say; before and after these states there is no database to ask.
 */
const PROVABLE: ReadonlySet<TenantStatus> = new Set(['active', 'suspended', 'closing']);

type Read = (hash: Buffer) => Promise<FoundCredential | null>;

/**
 * Proves API keys and session tokens against the database of the tenant they name. A proved one
 * costs a SHA-256 and a Map look-up until something of its tenant changes, at most a minute.
 */
@Injectable()
export class TenantCredentials extends Credentials {
  constructor(
    private readonly directory: TenantDirectory,
    private readonly tenancy: Tenancy,
    private readonly repository: CredentialsRepository,
    private readonly cache: IdentityCache,
  ) {
    super();
  }

  override byApiKey(key: string): Promise<Identity | null> {
    return this.#prove(tenantOfApiKey(key), key, (hash) => this.repository.apiKey(hash));
  }

  override bySession(token: string): Promise<Identity | null> {
    return this.#prove(tenantOfToken(token), token, (hash) => this.repository.session(hash));
  }

  async #prove(tenantId: string | null, secret: string, read: Read): Promise<Identity | null> {
    if (tenantId === null) return null;
    const fingerprint = fingerprintOf(secret);
    const known = this.cache.get(fingerprint);
    const tenant = this.directory.peek(tenantId) ?? (await this.directory.find(tenantId));
    if (tenant === null || !PROVABLE.has(tenant.status)) return null;
    if (known !== undefined) return { tenant, actor: known.actor };
    return this.#ask(tenant, fingerprint, read);
  }

  async #ask(tenant: TenantRecord, fingerprint: string, read: Read): Promise<Identity | null> {
    const epoch = this.cache.epoch;
    const scope = {
      kind: 'tenant',
      tenant,
      actor: { kind: 'system', job: 'credentials.prove' },
      requestId: this.tenancy.requestId(),
    } as const;
    const found = await this.tenancy.enter(scope, () => read(Buffer.from(fingerprint, 'hex')));
    if (found === null) return null;
    const { actor, validForMs } = found;
    this.cache.put(fingerprint, { tenantId: tenant.id, actor }, validForMs, epoch);
    return { tenant, actor };
  }
}
