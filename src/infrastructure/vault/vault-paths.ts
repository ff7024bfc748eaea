import { isTenantId } from '../../kernel/ids.js';
import { CENTRAL } from '../../kernel/secret-store.js';
import type { SecretPath } from '../../kernel/secret-store.js';
import { VaultError } from './vault.errors.js';

const SECRET_NAME = /^[A-Za-z0-9_-]{1,100}$/;

/** @throws VaultError `secret_path_invalid` for anything but a tenant id: no path can be smuggled in */
export function requireTenantId(tenantId: string): void {
  if (typeof tenantId !== 'string' || !isTenantId(tenantId)) {
    throw new VaultError('secret_path_invalid');
  }
}

/** `tenants/<id>` or `central`: what a policy can grant, and what is listed and destroyed as a whole. */
export function folderOf(tenantId: string): string {
  if (tenantId === CENTRAL) return CENTRAL;
  requireTenantId(tenantId);
  return `tenants/${tenantId}`;
}

/** @throws VaultError `secret_path_invalid` unless both parts are one plain path segment */
export function pathOf({ tenantId, name }: SecretPath): string {
  const folder = folderOf(tenantId);
  if (typeof name !== 'string' || !SECRET_NAME.test(name)) {
    throw new VaultError('secret_path_invalid');
  }
  return `${folder}/${name}`;
}
