import { randomBytes } from 'node:crypto';
import { AppError } from '../../../kernel/app-error.js';
import { newTenantId, randomWord } from '../../../kernel/ids.js';
import type { KeyStore } from '../../../kernel/key-store.js';
import type { SecretStore } from '../../../kernel/secret-store.js';
import type { Finding } from './finding.js';

const SECRET_LIFE = 'a secret: write, read, list, destroy';

/** A key's whole life, under the id of a tenant that does not exist. */
export async function checkKeyLife(keys: KeyStore): Promise<Finding> {
  const tenantId = newTenantId();
  return tried('a key: make, wrap, rotate, rewrap, retire, destroy', async () => {
    try {
      await keys.create(tenantId);
      const plain = randomBytes(32);
      const wrapped = await keys.wrap(tenantId, plain);
      const { newest } = await keys.rotate(tenantId);
      const rewrapped = await keys.rewrap(tenantId, wrapped);
      await keys.retire(tenantId, newest);
      return (await keys.unwrap(tenantId, rewrapped)).equals(plain) ? 'works' : 'other content';
    } finally {
      await keys.destroy(tenantId);
    }
  });
}

/** For who cannot destroy a key, and so must not make one: wraps and unwraps under one that is there. */
export async function checkKeyUse(keys: KeyStore): Promise<Finding> {
  const what = 'a key that is there: wrap, unwrap';
  const notTried = (found: string): Finding => ({ what, expected: 'works', found, ok: null });
  let tenantId: string | undefined;
  try {
    [tenantId] = await keys.listTenants();
  } catch (error) {
    if (error instanceof AppError) return notTried(`not tried: keys cannot be listed`);
    throw error;
  }
  if (tenantId === undefined) return notTried('not tried: there is no key yet');
  return tried(what, async () => {
    const plain = randomBytes(32);
    const wrapped = await keys.wrap(tenantId, plain);
    return (await keys.unwrap(tenantId, wrapped)).equals(plain) ? 'works' : 'other content';
  });
}

/** Of a tenant that does not exist; destroyed again, which every role may. */
export async function checkSecretLife(secrets: SecretStore): Promise<Finding> {
  const path = { tenantId: newTenantId(), name: 'check' };
  return tried(SECRET_LIFE, async () => {
    const text = randomWord(16);
    try {
      await secrets.put(path, { text });
      const same = (await secrets.get(path))?.['text'] === text;
      const listed = (await secrets.list(path.tenantId)).includes(path.name);
      return same && listed ? 'works' : 'other content';
    } finally {
      await secrets.destroy(path);
    }
  });
}

/** What cannot be destroyed again is not written. */
export function secretNotTried(): Finding {
  const found = 'not tried: it could not be destroyed again';
  return { what: SECRET_LIFE, expected: 'works', found, ok: null };
}

async function tried(what: string, work: () => Promise<string>): Promise<Finding> {
  const found = await work().catch((error: unknown) => {
    if (error instanceof AppError) return error.code;
    throw error;
  });
  return { what, expected: 'works', found, ok: found === 'works' };
}
