import { Injectable } from '@nestjs/common';
import { newId } from '../kernel/ids.js';
import { TenantDatabase } from '../tenancy/tenant-database.js';
import { Tenancy } from '../tenancy/tenancy.js';
import { hintOf, newApiKey, storedHashOf } from './access/tokens.js';

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
 * One statement, so one round trip and all or nothing: signup waits for it. Run again it keeps the
 * owner's id, replaces the first key, whose clear text the earlier run took to its grave, and does
 * not tell the audit log twice.
 */
const SEED = `WITH organization_row AS (
    INSERT INTO organization (tenant_id, name, slug) VALUES ($1, $2, $3)
    ON CONFLICT (only_row) DO UPDATE
      SET name = excluded.name, slug = excluded.slug, updated_at = now()
  ), owner AS (
    INSERT INTO members (id, name, email, role, password_hash, password_changed_at)
    VALUES ($4, $5, $6, 'owner', $7, now())
    ON CONFLICT (email) DO UPDATE
      SET name = excluded.name, role = 'owner', password_hash = excluded.password_hash,
          password_changed_at = now()
    RETURNING id
  ), replaced AS (
    DELETE FROM api_keys
    WHERE name = 'First key' AND created_by = (SELECT id FROM owner)
  ), first_key AS (
    INSERT INTO api_keys (id, name, role, key_hash, hint, created_by)
    SELECT $8, 'First key', 'owner', $9, $10, id FROM owner
  ), noted AS (
    INSERT INTO audit_events (actor_kind, actor_id, action, target_id, request_id, details)
    SELECT 'member', id, 'account.created', $1, $11, jsonb_build_object('apiKeyId', $8::text)
    FROM owner
    WHERE NOT EXISTS (SELECT FROM audit_events WHERE action = 'account.created')
  )
  SELECT id FROM owner`;

/** Writes the first rows of a new tenant. Provisioning runs it inside the tenant's scope. */
@Injectable()
export class AccountSeed {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly database: TenantDatabase,
  ) {}

  async seed({ tenantId, organization, owner }: NewAccount): Promise<SeededAccount> {
    const { tenant, requestId } = this.tenancy.current();
    // The key is made from the id that was given; in another tenant's scope it would open that one.
    if (tenant.id !== tenantId) throw new Error('An account is seeded in its own scope only.');
    const apiKey = newApiKey(tenantId);
    const apiKeyId = newId('key');
    const [row] = await this.database.query<{ id: string }>({
      text: SEED,
      values: [
        tenantId,
        organization.name,
        organization.slug,
        newId('mbr'),
        owner.name,
        owner.email,
        owner.passwordHash,
        apiKeyId,
        storedHashOf(apiKey),
        hintOf(apiKey),
        requestId ?? null,
      ],
    });
    if (row === undefined) throw new Error('Seeding returned no owner.');
    return { ownerId: row.id, apiKey, apiKeyId };
  }
}
