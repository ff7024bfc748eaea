import { expect } from '@jest/globals';
import { SyncWorker } from '../../../../src/data-plane/sync/sync-worker.js';
import type { TestApp } from '../../../support/test-app.js';
import type { Connecting } from './connect.js';

/** Nothing is left of what was kept to end it. */
export async function expectEnded(connecting: Connecting, id: string): Promise<void> {
  expect((await connecting.secrets()).filter((name) => name.includes(id))).toEqual([]);
  expect(await connecting.dueAt(id)).toBeNull();
  expect(await connecting.isListed(id)).toBe(false);
  const [row] = await connecting.behind<Record<string, unknown>>(
    'SELECT status, params, account, account_hash FROM integrations WHERE id = $1',
    [id],
  );
  expect(row).toEqual({ status: 'disconnected', params: null, account: null, account_hash: null });
}

/** What a worker does when the lease of who broke off, or the wait after a failure, is over. */
export async function sweepLater(app: TestApp, id: string): Promise<void> {
  await app.foundation.catalog.query(
    `UPDATE sync_schedule SET due_at = least(due_at, now()),
        lease_until = CASE WHEN lease_until IS NULL THEN NULL ELSE now() END
      WHERE integration_id = $1`,
    [id],
  );
  const worker = app.app.get(SyncWorker, { strict: false });
  // The first may join one that was begun before.
  for (let times = 0; times < 2; times += 1) {
    await worker.sweep();
    await worker.idle();
  }
}
