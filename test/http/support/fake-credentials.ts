import { Credentials, type Identity } from '../../../src/tenancy/access.js';
import type { Role } from '../../../src/tenancy/tenancy.js';
import type { TenantRecord } from '../../../src/tenancy/tenant-record.js';
import type { TenantStatus } from '../../../src/tenancy/tenant-status.js';

export function tenantRecord(id: string, status: TenantStatus = 'active'): TenantRecord {
  return {
    id,
    status,
    isolation: 'database',
    region: 'local',
    createdAt: new Date(0),
    placement: null,
  };
}

export function keyOf(tenant: string, role: Role, status: TenantStatus = 'active'): string {
  return `nm_${tenant}.${role}.${status}`;
}

/** As it is under an address of plain http. */
export function cookieOf(tenant: string, role: Role, status: TenantStatus = 'active'): string {
  return `numoon_session=${tenant}.${role}.${status}`;
}

export const overTls = (cookie: string): string => `__Host-${cookie}`;

/**
 * Credentials that say themselves whose they are: `nm_acme.owner.active`. Counts what it was asked, and
 * can be told to fail.
 */
export class FakeCredentials extends Credentials {
  asked: string[] = [];
  failWith: Error | undefined;

  override async byApiKey(key: string): Promise<Identity | null> {
    this.asked.push(key);
    const found = this.#read(key.slice(3));
    return found && { ...found, actor: { kind: 'api-key', id: 'key_1', role: found.role } };
  }

  override async bySession(token: string): Promise<Identity | null> {
    this.asked.push(token);
    const found = this.#read(token);
    if (found === null) return null;
    const { role } = found;
    return { ...found, actor: { kind: 'member', id: 'mbr_1', role, sessionId: 'ses_1' } };
  }

  #read(text: string): { tenant: TenantRecord; role: Role } | null {
    if (this.failWith !== undefined) throw this.failWith;
    const [tenant, role, status] = text.split('.');
    if (tenant === undefined || role === undefined || status === undefined) return null;
    return { tenant: tenantRecord(`tnt_${tenant}`, status as TenantStatus), role: role as Role };
  }
}
