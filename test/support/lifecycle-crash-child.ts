import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { AccountSeed } from '../../src/control-plane/provisioning/account-seed.js';
import type { Claims } from '../../src/control-plane/provisioning/claims.js';
import type { Boundary, Errand } from './lifecycle-crash.js';
import { openControlPlane, type Premises } from './lifecycle-control-plane.js';

/**
 * Reads where it works and says that it is ready; then reads an errand and does it until the boundary
 * at which it kills itself, as a power cut would. Ends with code 3 when it never came to that boundary.
 */
let boundary: Boundary | undefined;

function at(hook: Boundary['hook'], step: string): void {
  if (boundary?.hook === hook && boundary.step === step) process.kill(process.pid, 'SIGKILL');
}

/** The object with one of its methods between two boundaries of that name. */
function watched<T extends object>(target: T, ...methods: (keyof T & string)[]): T {
  return new Proxy(target, {
    get: (object, name) => {
      const value: unknown = Reflect.get(object, name);
      if (typeof value !== 'function') return value;
      return async (...args: unknown[]): Promise<unknown> => {
        const watch = (methods as unknown[]).includes(name);
        if (watch) at('before', String(name));
        const result: unknown = await Reflect.apply(value, object, args);
        if (watch) at('after', String(name));
        return result;
      };
    },
  });
}

const steps = {
  before: (step: string) => at('before', step),
  after: (step: string) => at('after', step),
};
const lines = createInterface(process.stdin);
const [first] = (await once(lines, 'line')) as [string];
const plane = await openControlPlane(JSON.parse(first) as Premises, {
  leaseSeconds: 60,
  provisioningStep: steps,
  purgeStep: steps,
});
process.stdout.write('ready\n');
const [second] = (await once(lines, 'line')) as [string];
const errand = JSON.parse(second) as Errand;
boundary = errand.at;
if (errand.kind === 'purge') await watched(plane.purge, 'execute').execute(errand.tenantId);
else {
  await plane.open(errand.isolation, {
    claims: watched<Claims>(plane.claims, 'activate'),
    seed: watched<AccountSeed>(plane.seed, 'seed'),
  });
}
process.exit(3);
