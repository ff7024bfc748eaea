import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { openVault } from '../../../src/infrastructure/vault/open-vault.js';
import { Secret } from '../../../src/kernel/secret.js';
import { READ, TOKEN, startFakeVault } from './fake-vault.js';
import type { FakeVault } from './fake-vault.js';

/** A certificate and its key in one file: made for these tests, and trusted by nothing else. */
const pem = (name: string) => readFileSync(new URL(`tls/${name}`, import.meta.url), 'utf8');
const FOR_LOOPBACK = pem('for-loopback.test-only.pem');
const FOR_ANOTHER_NAME = pem('for-another-name.test-only.pem');

let vault: FakeVault | null = null;
afterEach(async () => {
  await vault?.stop();
  vault = null;
});
async function serving(cert: string): Promise<FakeVault> {
  vault = await startFakeVault(undefined, { key: cert, cert });
  return vault;
}
const untrusted = {
  code: 'vault_tls_untrusted',
  message: expect.stringContaining('VAULT_CACERT'),
};

it('a certificate of an unknown authority is not trusted, and the message names the setting', async () => {
  const client = (await serving(FOR_LOOPBACK)).client();
  await expect(client.request(READ)).rejects.toMatchObject(untrusted);
  expect(vault?.asked).toEqual([]);
});

it('VAULT_SKIP_VERIFY in the environment does not change that', async () => {
  process.env['VAULT_SKIP_VERIFY'] = '1';
  try {
    const client = (await serving(FOR_LOOPBACK)).client();
    await expect(client.request(READ)).rejects.toMatchObject(untrusted);
  } finally {
    delete process.env['VAULT_SKIP_VERIFY'];
  }
});

it('it is trusted when its authority is given, on kept and on fresh connections', async () => {
  const client = (await serving(FOR_LOOPBACK)).client({ ca: FOR_LOOPBACK });
  await expect(client.request(READ)).resolves.toMatchObject({ data: {} });
  const once = { ...READ, method: 'POST', repeatable: false } as const;
  await expect(client.request(once)).resolves.toMatchObject({ data: {} });
  await expect(client.check()).resolves.toBeUndefined();
});

it('a certificate for another name is not trusted, whoever signed it', async () => {
  const client = (await serving(FOR_ANOTHER_NAME)).client({ ca: FOR_ANOTHER_NAME });
  await expect(client.request(READ)).rejects.toMatchObject({
    ...untrusted,
    fields: { reason: 'ERR_TLS_CERT_ALTNAME_INVALID' },
  });
});

it('https to a server that speaks http says that it cannot be reached', async () => {
  vault = await startFakeVault();
  const client = vault.client({ address: vault.address.replace('http:', 'https:') });
  await expect(client.request(READ)).rejects.toMatchObject({ code: 'vault_unreachable' });
});

it('a CA file that is missing or holds no certificate is refused before anything is asked', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'numoon-ca-'));
  await writeFile(join(dir, 'empty.pem'), 'not a certificate');
  const open = (file: string) =>
    openVault({
      vaultAddress: 'https://127.0.0.1:1',
      vaultNamespace: null,
      vaultCaFile: join(dir, file),
      vaultToken: new Secret(TOKEN),
      vaultRoleId: null,
      vaultSecretId: null,
      vaultKvMount: 'numoon',
      vaultTransitMount: 'numoon-transit',
      vaultTimeoutMs: 2_000,
    });
  for (const file of ['missing.pem', 'empty.pem']) {
    expect(() => open(file)).toThrow(expect.objectContaining({ ...untrusted }));
  }
  await rm(dir, { recursive: true });
});
