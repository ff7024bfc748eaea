import type { Histogram } from 'prom-client';
import { RotateKeys } from '../../src/control-plane/keys/rotate-keys.js';
import { answerCalls } from '../support/child.js';
import { serveProduct, type ServedProduct } from '../support/serve-product.js';
import type { Installation } from '../support/settings.js';

let product: ServedProduct | undefined;

/** The product with the keys that the installation asks for, and with what figures on keys ask it. */
answerCalls({
  start: async (installation: Installation): Promise<number> => {
    product = await serveProduct(installation);
    return product.port;
  },

  /** Calls to the key store and the secret store since the start, by operation. */
  keyStoreCalls: () => counts(served().foundation.metrics.keyStore, 'operation'),

  /** Accounts opened since the start, by where their place came from. */
  openings: () => counts(served().foundation.metrics.provisioning, 'source'),

  /** Seals everything of a tenant anew, in this process, beside its requests. */
  rotate: async (tenantId: string): Promise<{ rows: number; ms: number }> => {
    const startedAt = performance.now();
    let rows = 0;
    await rotation().execute(tenantId, { onProgress: ({ done }) => void (rows = done) });
    return { rows, ms: performance.now() - startedAt };
  },

  /** Ends the rotation: its old data key goes. */
  settle: async (tenantId: string): Promise<void> => {
    const outcome = await rotation().resume(tenantId);
    if (outcome !== 'finished') throw new Error(`The rotation is ${outcome}.`);
  },
});

function served(): ServedProduct {
  if (product === undefined) throw new Error('The program was not started.');
  return product;
}

function rotation(): RotateKeys {
  return served().app.get(RotateKeys, { strict: false });
}

async function counts<Label extends string>(
  histogram: Histogram<Label>,
  label: Label,
): Promise<Record<string, number>> {
  const totals: Record<string, number> = {};
  for (const { metricName, labels, value } of (await histogram.get()).values) {
    if (metricName?.endsWith('_count') !== true) continue;
    const name = String(labels[label]);
    totals[name] = (totals[name] ?? 0) + value;
  }
  return totals;
}
