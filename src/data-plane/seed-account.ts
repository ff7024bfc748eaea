import { Injectable } from '@nestjs/common';
import type { Sealer } from '../tenancy/keys/tenant-cipher.js';
import { TenantKeys } from '../tenancy/keys/tenant-keys.js';
import { Tenancy } from '../tenancy/tenancy.js';
import { TenantDatabase } from '../tenancy/tenant-database.js';
import { hintOf, newApiKey, storedHashOf, wordOf } from './access/tokens.js';
import { sealKeyName } from './api-keys/sealed-key-name.js';
import { sealDetails } from './audit/sealed-details.js';
import { sealPasswordHash, sealPerson } from './members/sealed-person.js';
import { sealOrganization } from './organization/sealed-organization.js';

export interface NewAccount {
  tenantId: string;
  organization: { name: string; slug: string };
  /** The e-mail address in lower case; the hash of a password that the policy has passed. */
  owner: { name: string; email: string; passwordHash: string };
}

export interface SeededAccount {
  ownerId: string;
  apiKey: string;
  apiKeyId: string;
}

/**
 * One statement, so one round trip and all or nothing: signup waits for it. Run again it gives the
 * same rows with what is given now: the first key is replaced, whose clear text the earlier run took to
 * its grave, and the audit log is not told twice.
 */
const SEED = `WITH organization_row AS (
    INSERT INTO organization (tenant_id, name, slug) VALUES ($1, $2, $3)
    ON CONFLICT (only_row) DO UPDATE
      SET name = excluded.name, slug = excluded.slug, updated_at = now()
  ), owner AS (
    INSERT INTO members (id, name, email, email_hash, role, password_hash, password_version,
      password_changed_at)
    VALUES ($4, $5, $6, $7, 'owner', $8, 1, now())
    ON CONFLICT (id) DO UPDATE
      SET name = excluded.name, email = excluded.email, email_hash = excluded.email_hash,
          role = excluded.role, password_hash = excluded.password_hash,
          password_version = members.password_version + 1, password_changed_at = now()
  ), first_key AS (
    INSERT INTO api_keys (id, name, role, key_hash, hint, created_by)
    VALUES ($9, $10, 'owner', $11, $12, $4)
    ON CONFLICT (id) DO UPDATE
      SET name = excluded.name, role = excluded.role, key_hash = excluded.key_hash,
          hint = excluded.hint
  )
  INSERT INTO audit_events (id, actor_kind, actor_id, action, target_id, request_id, details)
  VALUES ($13, 'member', $4, 'account.created', $1, $14, $15) ON CONFLICT (id) DO NOTHING`;

/**
 * Writes the first rows of a new tenant. Provisioning runs it inside the tenant's scope, after its data
 * key is there.
 */
@Injectable()
export class AccountSeed {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly database: TenantDatabase,
    private readonly keys: TenantKeys,
  ) {}

  async seed(account: NewAccount): Promise<SeededAccount> {
    const { tenantId } = account;
    const { tenant, requestId } = this.tenancy.current();
    // The key is made from the id that was given; in another tenant's scope it would open that one.
    if (tenant.id !== tenantId) throw new Error('An account is seeded in its own scope only.');
    const apiKey = newApiKey(tenantId);
    const ids = firstIds(tenantId);
    const sealed = await this.keys.seal((cipher) => sealFirstRows(cipher, account, ids));
    await this.database.query({
      text: SEED,
      values: [
        tenantId,
        sealed.organization.name,
        sealed.organization.slug,
        ids.owner,
        sealed.owner.name,
        sealed.owner.email,
        sealed.owner.emailHash,
        sealed.passwordHash,
        ids.apiKey,
        sealed.keyName,
        storedHashOf(apiKey),
        hintOf(apiKey),
        ids.event,
        requestId ?? null,
        sealed.details,
      ],
    });
    return { ownerId: ids.owner, apiKey, apiKeyId: ids.apiKey };
  }
}

/**
 * A sealed value is bound to its row's id, so the ids must be known before anything is sealed; and a
 * run that repeats one cut off must find that one's rows, though it cannot compare a sealed e-mail or
 * name with what is there. So the ids of the first rows follow from the tenant's.
 */
function firstIds(tenantId: string): { owner: string; apiKey: string; event: string } {
  const word = wordOf(tenantId);
  return { owner: `mbr_${word}`, apiKey: `key_${word}`, event: `evt_${word}` };
}

function sealFirstRows(cipher: Sealer, account: NewAccount, ids: ReturnType<typeof firstIds>) {
  const { tenantId, organization, owner } = account;
  return {
    organization: sealOrganization(cipher, tenantId, organization),
    owner: sealPerson(cipher, { id: ids.owner, name: owner.name, email: owner.email }),
    passwordHash: sealPasswordHash(cipher, ids.owner, owner.passwordHash),
    keyName: sealKeyName(cipher, ids.apiKey, 'First key'),
    details: sealDetails(cipher, ids.event, { apiKeyId: ids.apiKey }),
  };
}
