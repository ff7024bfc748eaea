import { Secret } from '../../../kernel/secret.js';
import type { Connector } from '../connector.js';
import type { Delivery, WebhookQuirks } from '../webhooks.js';

const UNSIGNED: Delivery = {
  method: 'POST',
  url: 'https://numoon.example/webhooks/any',
  headers: { 'content-type': 'application/json' },
  rawBody: Buffer.from('{}'),
  nowMs: 1_800_000_000_000,
};

/** Of no length that a signature has, and of some that it may have. */
const JUNK = ['x', '0'.repeat(64), `${'A'.repeat(43)}=`, 't=1,v1=00', `sha256=${'0'.repeat(64)}`];

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
  const junk = JUNK.find((value) => verdictOf(() => verifyJunk(webhooks, value)) !== 'forged');
  if (junk !== undefined) {
    faults.push(
      `webhooks.verify must call forged what has "${junk}" for a signature: ${verdictOf(() => verifyJunk(webhooks, junk))} came of it. Check its length before timingSafeEqual.`,
    );
  }
  const { toleranceMs } = facts.webhooks;
  if (toleranceMs !== null && !(toleranceMs > 0 && toleranceMs <= 3_600_000)) {
    faults.push('facts.webhooks.toleranceMs must be above 0 and at most an hour, or null.');
  }
  return faults;
}

/** Whatever header the signature is in, it is this. */
function verifyJunk(webhooks: WebhookQuirks, value: string): string {
  const headers = new Proxy<Record<string, string>>({}, { get: () => value, has: () => true });
  return webhooks.verify({ ...UNSIGNED, headers }, [new Secret('a secret')]);
}

function verdictOf(verify: () => string): string {
  try {
    return verify();
  } catch {
    return 'an error';
  }
}
