import type { Mounts } from '../setup/policy-files.js';
import type { Right } from './rights.js';

/** Where no process of ours may do anything, whatever its role. */
export function forbiddenTo(role: string, { kv, transit }: Mounts): Right[] {
  const groups: [what: string, paths: string[]][] = [
    [
      'take a key out of Vault',
      [
        `${transit}/export/encryption-key/<tenant>`,
        `${transit}/export/encryption-key/<tenant>/latest`,
        `${transit}/byok-export/<tenant>/<tenant>`,
        `${transit}/backup/<tenant>`,
        `${transit}/datakey/plaintext/<tenant>`,
      ],
    ],
    [
      'bring a key into Vault',
      [
        `${transit}/restore/<tenant>`,
        `${transit}/keys/<tenant>/import`,
        `${transit}/keys/<tenant>/import_version`,
      ],
    ],
    ['use a key otherwise', [`${transit}/hmac/<tenant>`, `${transit}/sign/<tenant>`]],
    ['settings of the transit engine', [`${transit}/config/keys`, `${transit}/cache-config`]],
    [
      'destroy the root key',
      [
        `${kv}/metadata/central/root`,
        `${kv}/delete/central/root`,
        `${kv}/destroy/central/root`,
        `${kv}/metadata/central/`,
      ],
    ],
    ['other secrets of the installation', [`${kv}/data/central/<name>`, `${kv}/data/<name>`]],
    ['policies', ['sys/policies/acl/numoon-control-plane', 'sys/policies/acl/<name>']],
    ['mounts', ['sys/mounts', 'sys/mounts/<name>', `sys/mounts/${transit}/tune`, 'sys/remount']],
    ['auth methods', ['sys/auth', 'sys/auth/<name>']],
    [
      'AppRoles',
      [
        `auth/approle/role/numoon-${role}`,
        `auth/approle/role/numoon-${role}/secret-id`,
        'auth/approle/role/<name>/policies',
      ],
    ],
    [
      'make or find tokens',
      ['auth/token/create', 'auth/token/create-orphan', 'auth/token/accessors/'],
    ],
    ['seal, or change seals', ['sys/seal', 'sys/step-down', 'sys/rotate', 'sys/raw/core/keyring']],
    ['audit devices', ['sys/audit', 'sys/audit/<name>']],
    ['identities', ['identity/entity', 'identity/entity/name/<name>']],
    ['namespaces', ['sys/namespaces/<name>']],
    ['other mounts', ['secret/data/<name>', 'kv/data/<name>']],
  ];
  return groups.flatMap(([what, paths]) => paths.map((path) => ({ what, path, granted: {} })));
}
