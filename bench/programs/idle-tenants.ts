import { EventEmitter } from 'node:events';
import type { Client } from 'pg';
import { answerCalls, memoryInUse } from '../support/child.js';
import { benchConfig, type Installation } from '../support/settings.js';
import { fingerprintOf } from '../../src/data-plane/access/tokens.js';
import { IdentityCache } from '../../src/data-plane/access/identity-cache.js';
import { openFoundation } from '../../src/entry/composition/foundation.js';
import { createLogger } from '../../src/infrastructure/logging/logger.js';
import { TokenBuckets } from '../../src/infrastructure/rate-limit/token-buckets.js';
import { Secret } from '../../src/kernel/secret.js';
import { TenantPools } from '../../src/tenancy/pools/tenant-pools.js';

const IDLE_MS = 100;

/** A connection without a server behind it: closed again before anything is counted. */
class NoConnection extends EventEmitter {
  readyForQuery = true;
  getTransactionStatus = () => 'I';
  end = async (): Promise<void> => undefined;
}

/**
 * Everything a process keeps of a tenant that came by: its record, a proved API key, its budget of
 * requests, a pool whose connections were closed when idle. Directory, catalog and change feed are
 * real; only the tenants' own connections are not.
 */
async function touch(argument: Installation & { ids: string[]; touches: number }) {
  const { dataDir, controlUrl, overrides, ids, touches } = argument;
  const config = benchConfig(dataDir, overrides);
  const foundation = await openFoundation(config, new Secret(controlUrl), (context) =>
    createLogger({ level: config.logLevel, context }),
  );
  const identities = new IdentityCache(foundation.feed);
  const buckets = new TokenBuckets({ ratePerSecond: 500, burst: 1_000 });
  const pools = new TenantPools(async () => new NoConnection() as unknown as Client, {
    connections: config.connections,
    connectionsPerTenant: config.connectionsPerTenant,
    waitMs: config.connectionWaitMs,
    idleMs: IDLE_MS,
  });
  for (let at = 0; at < touches; at += 1) {
    const tenantId = ids[at % ids.length] as string;
    const tenant = await foundation.directory.find(tenantId);
    if (tenant === null) throw new Error('A tenant of the benchmark is missing.');
    const key = fingerprintOf(tenantId);
    if (identities.get(key) === undefined) {
      const actor = { kind: 'api-key', id: `key_${tenantId.slice(4)}`, role: 'owner' } as const;
      identities.put(key, { tenantId, actor }, Infinity, identities.epoch);
    }
    buckets.take(tenantId);
    const lease = await pools.acquire(tenant);
    lease.release();
  }
  while (pools.stats().tenants > 0) await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
  if (identities.size !== ids.length) throw new Error(`${identities.size} identities are known.`);
  return { ...memoryInUse(), keptAlive: [identities, buckets, pools].length };
}

answerCalls({ touch });
