import { hash, randomBytes } from 'node:crypto';
import { isTenantId, randomWord } from '../../kernel/ids.js';

/**
 * Every credential and link names its tenant by the 20 characters after `tnt_`, so that the right
 * database is found from the secret itself and no table anywhere lists secrets of all tenants.
 */
const API_KEY = /^nm_[a-z0-9]{52}$/;
const TOKEN = /^[a-z0-9]{20}\.[A-Za-z0-9_-]{43}$/;

/** `nm_`, the tenant's word, 32 random characters (165 bits). */
export function newApiKey(tenantId: string): string {
  return `nm_${wordOf(tenantId)}${randomWord(32)}`;
}

/** For sessions and links: the tenant's word, a dot, 256 random bits. */
export function newToken(tenantId: string): string {
  return `${wordOf(tenantId)}.${randomBytes(32).toString('base64url')}`;
}

/** The tenant an API key claims to be of; null where the text has not the form of a key. */
export function tenantOfApiKey(key: string): string | null {
  return API_KEY.test(key) ? `tnt_${key.slice(3, 23)}` : null;
}

/** The tenant a session's or link's token claims to be of; null where it has not the form of one. */
export function tenantOfToken(token: string): string | null {
  return TOKEN.test(token) ? `tnt_${token.slice(0, 20)}` : null;
}

/**
 * SHA-256 as hex: all that is stored or cached of a secret. A slow hash protects what people choose;
 * these hold 165 bits and more, which no speed of guessing reaches, and the hot path pays for it.
 */
export function fingerprintOf(secret: string): string {
  return hash('sha256', secret, 'hex');
}

/** The same as the database keeps it. */
export function storedHashOf(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}

/** The last four characters, for people to tell their keys apart: 21 of 165 bits. */
export function hintOf(apiKey: string): string {
  return apiKey.slice(-4);
}

/** The 20 characters that say which tenant it is. */
export function wordOf(tenantId: string): string {
  if (!isTenantId(tenantId)) throw new Error('This is no tenant id.');
  return tenantId.slice(4);
}
