import { describe, expect, test } from '@jest/globals';
import { statusOf } from '../../src/entry/http/problem/error-status.js';
import { TENANT_STATUSES } from '../../src/tenancy/tenant-status.js';
import { sources, withoutComments } from './sources.js';

/** Codes, and places of codes, that no HTTP answer ever carries, and why. */
const NEVER_ANSWERED: Readonly<Record<string, string>> = {
  access_not_declared: 'a route that says nothing of its access stops the start-up',
  'src/infrastructure/embedded-postgres/': 'thrown while the server starts, before anybody listens',
  'src/infrastructure/keyring/rotate-master-key.ts': 'only a command rotates the master key',
  'src/infrastructure/vault/setup/': 'only a command sets Vault up',
  'src/entry/composition/listen.errors.ts': 'there is no port to answer on',
  'src/connectors/kit/contract/': 'only commands make and check connectors',
  'src/entry/cli/': 'a command tells them on its own terminal',
};

describe('error codes', () => {
  const codes = sources(['src'], ['.ts'])
    .filter(({ path }) => !Object.keys(NEVER_ANSWERED).some((place) => path.startsWith(place)))
    .flatMap(({ path, text }) => codesIn(withoutComments(text)).map((code) => ({ path, code })));

  test('are found where they are thrown', () => {
    expect(codes.map(({ code }) => code)).toEqual(
      expect.arrayContaining([
        'no_tenant',
        'closure_slug_mismatch',
        'closure_password_wrong',
        'secret_path_invalid',
        'idempotency_mismatch',
      ]),
    );
  });

  test('each has a status in src/entry/http/problem/error-status.ts', () => {
    const without = codes
      .filter(({ code }) => statusOf(code) === undefined)
      .filter(({ code }) => !Object.hasOwn(NEVER_ANSWERED, code));
    expect(without).toEqual([]);
  });

  test('so has the refusal of every state of a tenant in which it is not served', () => {
    const refusing = TENANT_STATUSES.filter((status) => status !== 'active');
    expect(refusing.filter((status) => statusOf(`tenant_${status}`) === undefined)).toEqual([]);
  });
});

/** The literals in the first argument of `super(...)` and `new SomethingError(...)`. */
function codesIn(code: string): string[] {
  return [...code.matchAll(/(?:\bsuper|\bnew \w*Error)\(([^,()]*)/g)].flatMap(([, first]) =>
    [...String(first).matchAll(/'([a-z]+(?:_[a-z]+)+)'/g)].map(([, literal]) => String(literal)),
  );
}
