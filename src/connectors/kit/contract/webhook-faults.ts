import { Secret } from '../../../kernel/secret.js';
import type { Connector } from '../connector.js';
import type { Delivery } from '../webhooks.js';

const UNSIGNED: Delivery = {
  method: 'POST',
  url: 'https://numoon.example/webhooks/any',
  headers: { 'content-type': 'application/json' },
  rawBody: Buffer.from('{}'),
  nowMs: 1_800_000_000_000,
};

/** What is wrong with how a connector takes webhooks. */
export function webhookFaults({ facts, webhooks }: Connector): readonly string[] {
  if (facts.webhooks === null && webhooks === null) return [];
  if (facts.webhooks === null || webhooks === null) {
    return ['facts.webhooks and webhooks must both be there or both be null.'];
  }
  const faults: string[] = [];
  if (facts.webhooks.signedWith === 'published-keys' && webhooks.keysUrl === undefined) {
    faults.push('webhooks.keysUrl must say where the published keys are.');
  }
  for (const secrets of [[], [new Secret('a secret')]]) {
    if (verdictOf(() => webhooks.verify(UNSIGNED, secrets)) !== 'forged') {
      faults.push('webhooks.verify must call a delivery without signature forged.');
    }
  }
  return faults;
}

function verdictOf(verify: () => string): string {
  try {
    return verify();
  } catch {
    return 'an error';
  }
}
