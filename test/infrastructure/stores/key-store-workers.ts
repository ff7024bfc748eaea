import { randomBytes } from 'node:crypto';
import { expect } from '@jest/globals';
import { hasCode } from '../../../src/kernel/app-error.js';
import type { KeyStore } from '../../../src/kernel/key-store.js';
import { versionOf } from './wrapped-text.js';

/**
 * Workers that wrap, unwrap, rewrap, rotate, retire, create, find, list and check, all at once.
 *
 * @param over.lasting  tenants whose key stays: not one call may fail, and all text opens at the end
 * @param over.passing  tenants whose key comes and goes: calls fail with the codes for that, or answer
 *   rightly, and nothing else
 */
export async function mixEverything(
  store: KeyStore,
  over: { lasting: string[]; passing: string[]; workers: number; rounds: number },
): Promise<void> {
  await Promise.all(over.lasting.map((tenantId) => store.create(tenantId)));
  const texts: { tenantId: string; text: string; plaintext: Buffer }[] = [];
  let rotations = 0;

  const workOnLasting = async (tenantId: string, turn: number): Promise<void> => {
    const plaintext = randomBytes(1 + (turn % 64));
    let text = await store.wrap(tenantId, plaintext);
    if (turn % 5 === 0) {
      rotations++;
      const { newest } = await store.rotate(tenantId);
      text = await store.rewrap(tenantId, text);
      expect(versionOf(text)).toBeGreaterThanOrEqual(newest);
    }
    if (turn % 7 === 0) await store.create(tenantId);
    if (turn % 11 === 0) await store.retire(tenantId, 1);
    if (turn % 13 === 0) await store.check();
    if (turn % 17 === 0) expect(await store.listTenants()).toContain(tenantId);
    expect(await store.unwrap(tenantId, text)).toEqual(plaintext);
    texts.push({ tenantId, text, plaintext });
  };

  const workOnPassing = async (tenantId: string, turn: number): Promise<void> => {
    const plaintext = randomBytes(32);
    if (turn % 6 === 0) return store.destroy(tenantId);
    await store.create(tenantId);
    try {
      const text = await store.wrap(tenantId, plaintext);
      if (turn % 5 === 0) await store.rotate(tenantId);
      expect(await store.unwrap(tenantId, text)).toEqual(plaintext);
    } catch (error) {
      if (!hasCode(error, 'key_missing') && !hasCode(error, 'wrapped_key_broken')) throw error;
    }
  };

  await Promise.all(
    Array.from({ length: over.workers }, async (_, worker) => {
      for (let round = 0; round < over.rounds; round++) {
        const turn = worker + round * over.workers;
        await workOnLasting(pick(over.lasting, turn), turn);
        if (turn % 4 === 0) await workOnPassing(pick(over.passing, turn / 4), turn / 4);
      }
    }),
  );

  for (const { tenantId, text, plaintext } of texts) {
    expect(await store.unwrap(tenantId, text)).toEqual(plaintext);
  }
  const versions = await Promise.all(over.lasting.map((tenantId) => store.find(tenantId)));
  const added = versions.reduce((sum, found) => sum + (found?.newest ?? 0) - 1, 0);
  expect(added).toBe(rotations);
}

function pick(tenants: string[], turn: number): string {
  const tenantId = tenants[turn % tenants.length];
  if (tenantId === undefined) throw new Error('There is no tenant to work on.');
  return tenantId;
}
