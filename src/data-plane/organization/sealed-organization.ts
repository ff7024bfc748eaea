import { ORGANIZATION } from '../../../tenants/sealed-columns.js';
import type { Sealed } from '../../infrastructure/envelope/sealed-format.js';
import type { Opener, Sealer } from '../../tenancy/keys/tenant-cipher.js';

export interface OrganizationRow {
  name: string;
  slug: string;
}

/** How the sealed columns of `organization` are opened and sealed: here and nowhere else. */
export function openOrganization(
  cipher: Opener,
  tenantId: string,
  row: { name: Buffer; slug: Buffer },
): OrganizationRow {
  return {
    name: cipher.openText(ORGANIZATION.name, tenantId, row.name),
    slug: cipher.openText(ORGANIZATION.slug, tenantId, row.slug),
  };
}

export function sealOrganization(
  cipher: Sealer,
  tenantId: string,
  row: OrganizationRow,
): { name: Sealed; slug: Sealed } {
  return {
    name: cipher.sealText(ORGANIZATION.name, tenantId, row.name),
    slug: cipher.sealText(ORGANIZATION.slug, tenantId, row.slug),
  };
}
