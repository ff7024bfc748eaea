import { AUDIT_EVENTS } from '../../../tenants/sealed-columns.js';
import type { Sealed } from '../../infrastructure/envelope/sealed-format.js';
import type { Opener, Sealer } from '../../tenancy/keys/tenant-cipher.js';

/** Ids, roles and names of fields. Never an address, a name or a value somebody typed. */
export type AuditDetails = Record<string, string | string[]>;

/** How the sealed column of `audit_events` is opened and sealed: here and nowhere else. */
export function openDetails(
  cipher: Opener,
  row: { id: string; details: Buffer | null },
): AuditDetails {
  if (row.details === null) return {};
  return cipher.openJson(AUDIT_EVENTS.details, row.id, row.details) as AuditDetails;
}

export function sealDetails(cipher: Sealer, id: string, details: AuditDetails): Sealed {
  return cipher.sealJson(AUDIT_EVENTS.details, id, details);
}
