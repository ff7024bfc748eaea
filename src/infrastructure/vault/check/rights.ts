import type { Mounts, PolicyName } from '../setup/policy-files.js';

type Granted = Partial<Record<PolicyName, readonly string[]>>;

export interface Right {
  what: string;
  /** `<tenant>` and `<name>` stand for any. */
  path: string;
  /** By policy. Where none is named nobody may do anything there. */
  granted: Granted;
}

/**
 * What the policies must grant, and with it what they must not: at each of these paths a process has
 * exactly the capabilities listed. Written down a second time, beside the policies themselves, so that a
 * slip in a policy file is found and not believed.
 */
export function rightsOf({ kv, transit }: Mounts): Right[] {
  const both = { 'numoon-control-plane': ['update'], 'numoon-data-plane': ['update'] };
  return [
    right('its own token: look', 'auth/token/lookup-self', { 'numoon-session': ['read'] }),
    right('its own token: renew', 'auth/token/renew-self', { 'numoon-session': ['update'] }),
    right('its own token: give back', 'auth/token/revoke-self', { 'numoon-session': ['update'] }),
    right('its own rights', 'sys/capabilities-self', { 'numoon-session': ['update'] }),
    right('a key', `${transit}/keys/<tenant>`, {
      'numoon-control-plane': ['read', 'update'],
      'numoon-data-plane': ['read'],
      'numoon-closure': ['delete', 'read'],
    }),
    right('the list of keys', `${transit}/keys/`, {
      'numoon-control-plane': ['list'],
      'numoon-closure': ['list'],
    }),
    right('wrap', `${transit}/encrypt/<tenant>`, both),
    right('unwrap', `${transit}/decrypt/<tenant>`, both),
    right('rewrap', `${transit}/rewrap/<tenant>`, { 'numoon-control-plane': ['update'] }),
    right('rotate', `${transit}/keys/<tenant>/rotate`, { 'numoon-control-plane': ['update'] }),
    right('configure a key', `${transit}/keys/<tenant>/config`, {
      'numoon-control-plane': ['update'],
      'numoon-closure': ['update'],
    }),
    right('trim', `${transit}/keys/<tenant>/trim`, { 'numoon-control-plane': ['update'] }),
    right('the root key', `${kv}/data/central/root`, {
      'numoon-control-plane': ['create', 'read'],
    }),
    right('the list of tenants', `${kv}/metadata/tenants/`, {
      'numoon-control-plane': ['list'],
      'numoon-closure': ['list'],
    }),
    right('a secret', `${kv}/data/tenants/<tenant>/<name>`, {
      'numoon-data-plane': ['create', 'read', 'update'],
    }),
    right("a tenant's list", `${kv}/metadata/tenants/<tenant>/`, {
      'numoon-data-plane': ['list'],
      'numoon-closure': ['list'],
    }),
    right('destroy a secret', `${kv}/metadata/tenants/<tenant>/<name>`, {
      'numoon-data-plane': ['delete'],
      'numoon-closure': ['delete'],
    }),
    right('what lies deeper', `${kv}/metadata/tenants/<tenant>/<name>/<name>`, {
      'numoon-closure': ['delete', 'list'],
    }),
    right('settings of the KV engine', `${kv}/config`, { 'numoon-data-plane': ['read'] }),
  ];
}

function right(what: string, path: string, granted: Granted): Right {
  return { what, path, granted };
}
