import { text } from 'node:stream/consumers';
import { loadConfig } from '../../../config/load.js';
import { KeyRotationsRepository } from '../../../src/control-plane/keys/key-rotations.repository.js';
import { RotateKeys } from '../../../src/control-plane/keys/rotate-keys.js';
import { RotateLogin } from '../../../src/control-plane/keys/rotate-login.js';
import { openFoundation } from '../../../src/entry/composition/foundation.js';
import { createLogger } from '../../../src/infrastructure/logging/logger.js';
import { Secret } from '../../../src/kernel/secret.js';
import type { RotateErrand } from './rotate-crash.js';

/**
 * Rotates a tenant's keys, or its login, and kills itself right after the given number of calls to
 * anything outside: the catalog, the tenant's database, the key store, the server. Ends with code 3
 * when it was done before.
 */
const errand = JSON.parse(await text(process.stdin)) as RotateErrand;
let left = errand.killAfter;

/** Counts the calls of these methods, each before and after. */
function counted<T extends object>(target: T, ...methods: (keyof T & string)[]): T {
  return new Proxy(target, {
    get: (object, name) => {
      const value: unknown = Reflect.get(object, name);
      if (typeof value !== 'function') return value;
      const bound = (value as (...args: unknown[]) => unknown).bind(object);
      if (!(methods as unknown[]).includes(name)) return bound;
      return async (...args: unknown[]): Promise<unknown> => {
        const result = await bound(...args);
        left -= 1;
        if (left === 0) process.kill(process.pid, 'SIGKILL');
        return result;
      };
    },
  });
}

const foundation = await openFoundation(
  loadConfig({}, errand.config),
  new Secret(errand.databaseUrl),
  () => createLogger({ level: 'silent' }),
);
const catalog = counted(foundation.catalog, 'query', 'transaction');
const tools = foundation.tools;
await foundation.tenancy.central(async () => {
  if (errand.what === 'login') {
    const admin = counted(tools.admin, 'run', 'runAsWarden', 'inDatabase', 'asWarden');
    await new RotateLogin({ ...tools, admin, catalog }, 500).execute(errand.tenantId);
    return;
  }
  const rotate = new RotateKeys(
    {
      catalog,
      tenancy: foundation.tenancy,
      database: counted(foundation.tenantDatabase, 'query'),
      keys: foundation.keys,
      store: counted(tools.keys, 'rotate', 'rewrap', 'retire', 'wrap', 'unwrap'),
    },
    new KeyRotationsRepository(catalog, 0.2),
    { rotated: async () => undefined },
  );
  if ((await rotate.execute(errand.tenantId)) === 'reencrypted') {
    await rotate.resume(errand.tenantId);
  }
});
process.exit(3);
