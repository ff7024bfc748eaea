import { newRolePassword } from '../infrastructure/postgres/scram.js';
import { SealedBox } from '../infrastructure/envelope/sealed-box.js';

/**
 * Passwords of tenants' login roles. Each is random, and kept sealed in the catalog beside the role's
 * name: role and password change in one transaction, and a connection costs no call to the key store.
 * What opens them is made from the installation's root key, which is in no database.
 */
export class TenantLogins {
  readonly #box: SealedBox;

  /** @param key 32 bytes */
  constructor(key: Buffer) {
    this.#box = new SealedBox(key);
  }

  /** A new password for this role of this tenant, sealed. */
  make(tenantId: string, role: string): Buffer {
    return this.#box.seal(Buffer.from(newRolePassword(), 'ascii'), placeOf(tenantId, role));
  }

  /** @throws AppError `seal_broken` when it was changed, or belongs to another tenant or role */
  open(tenantId: string, role: string, sealed: Buffer): string {
    return this.#box.open(sealed, placeOf(tenantId, role)).toString('ascii');
  }
}

function placeOf(tenantId: string, role: string): string {
  return `login/${tenantId}/${role}`;
}
