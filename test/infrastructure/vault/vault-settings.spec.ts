import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../../config/load.js';
import { openVault } from '../../../src/infrastructure/vault/open-vault.js';
import { parseVaultAddress } from '../../../src/infrastructure/vault/vault-address.js';
import { chooseCredentials } from '../../../src/infrastructure/vault/vault-credentials.js';
import { Secret } from '../../../src/kernel/secret.js';

describe('the address of Vault', () => {
  it.each([
    'http://127.0.0.1:8200',
    'http://127.1.2.3:8200',
    'http://localhost:8200',
    'http://[::1]:8200',
    'https://vault.example',
    'https://10.0.0.1:8200/behind/a/proxy/',
  ])('%s is taken', (address) => {
    expect(parseVaultAddress(address).href).not.toMatch(/\/\/$/);
  });

  it.each([
    'http://vault.example:8200',
    'http://10.0.0.1:8200',
    'http://127.0.0.1.example',
    'http://localhost.example',
    'http://0.0.0.0:8200',
    'http://[::ffff:10.0.0.1]:8200',
    'http://[::]:8200',
  ])('%s is refused: the token would travel in clear', (address) => {
    expect(() => parseVaultAddress(address)).toThrow(
      expect.objectContaining({
        code: 'vault_address_insecure',
        message: expect.stringContaining('https'),
      }),
    );
  });

  it.each([
    'vault.example:8200',
    'ftp://127.0.0.1',
    'https://user:canary@vault.example',
    'https://vault.example?token=canary',
    'https://vault.example/#canary',
    '',
  ])('%j is refused, without being repeated', (address) => {
    expect(() => parseVaultAddress(address)).toThrow(
      expect.objectContaining({
        code: 'vault_address_invalid',
        message: expect.not.stringContaining('canary'),
        fields: {},
      }),
    );
  });
});

const given = (names: string[]) => ({
  vaultToken: names.includes('token') ? new Secret('t') : null,
  vaultRoleId: names.includes('role') ? new Secret('r') : null,
  vaultSecretId: names.includes('secret') ? new Secret('s') : null,
});

describe('credentials for Vault', () => {
  it('are the AppRole where it is whole, and the token otherwise', () => {
    expect(chooseCredentials(given(['token', 'role', 'secret'])).kind).toBe('app-role');
    expect(chooseCredentials(given(['role', 'secret'])).kind).toBe('app-role');
    expect(chooseCredentials(given(['token'])).kind).toBe('token');
  });

  it.each<[string[], string]>([
    [[], 'VAULT_TOKEN'],
    [['role'], 'VAULT_SECRET_ID is not set'],
    [['secret'], 'VAULT_ROLE_ID is not set'],
    [['token', 'role'], 'VAULT_SECRET_ID is not set'],
  ])('%j alone are refused, and the message says what is missing', (names, text) => {
    expect(() => chooseCredentials(given(names))).toThrow(
      expect.objectContaining({
        code: 'vault_credentials_missing',
        message: expect.stringContaining(text),
      }),
    );
  });
});

it('the settings of Vault open it as they are, and secrets among them do not print', async () => {
  const config = loadConfig({
    VAULT_ADDR: 'http://127.0.0.1:8200/',
    VAULT_ROLE_ID: 'canary-role',
    VAULT_SECRET_ID: 'canary-secret',
    VAULT_TOKEN: 'canary-token',
    NUMOON_VAULT_KV_MOUNT: 'team/kv',
  });
  const { vaultAddress } = config;
  if (vaultAddress === null) throw new Error('VAULT_ADDR was not read');
  const vault = openVault({ ...config, vaultAddress });
  expect(JSON.stringify(config)).not.toContain('canary');
  expect(config.vaultTransitMount).toBe('numoon-transit');
  await vault.close();
});

it.each(['../sys', 'a//b', '/a', 'a/', 'a b', 'a?b', 'a.b'])(
  'an engine cannot be mounted at %j',
  (mount) => {
    expect(() => loadConfig({ NUMOON_VAULT_KV_MOUNT: mount })).toThrow('NUMOON_VAULT_KV_MOUNT');
  },
);
