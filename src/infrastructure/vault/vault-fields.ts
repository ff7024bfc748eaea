import type { VaultBody } from './vault-call.js';
import { VaultError } from './vault.errors.js';

/** The `data` of an answer that must have one. @throws VaultError `vault_failing` */
export function dataOf(body: VaultBody | null, operation: string): Record<string, unknown> {
  const data = body?.['data'];
  if (isRecord(data)) return data;
  throw unexpected(operation);
}

/** The names in the answer to a LIST; none where nothing is there. */
export function keysOf(body: VaultBody | null, operation: string): string[] {
  if (body === null) return [];
  const { keys } = dataOf(body, operation);
  if (!Array.isArray(keys) || !keys.every((key) => typeof key === 'string')) {
    throw unexpected(operation);
  }
  return keys;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Well-formed, and not what Vault's API promises. */
export function unexpected(operation: string): VaultError {
  return new VaultError('vault_failing', { operation, reason: 'unexpected-answer' });
}
