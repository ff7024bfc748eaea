import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rotateMasterKey } from '../../src/infrastructure/keyring/rotate-master-key.js';
import { newTenantId } from '../../src/kernel/ids.js';
import { KeyringProcess, type Written } from './stores/keyring-processes.js';
import { openKeyring } from './stores/keyring-stores.js';

const tenantId = newTenantId();
const other = newTenantId();
const token = { tenantId, name: 'token' };
const plaintext = Buffer.from('a data key of the tenant');

let home: string;
let child: KeyringProcess;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'numoon-rotation-'));
  child = new KeyringProcess();
});
afterAll(async () => {
  await child.dismiss();
  await rm(home, { recursive: true });
});

async function furnish(name: string) {
  const place = { file: join(home, name, 'master.key'), storeDir: join(home, name, 'keyring') };
  const stores = await openKeyring(place, true);
  await stores.secrets.put(token, { a: 'old' });
  await stores.secrets.put({ tenantId, name: 'doomed' }, { a: 'old' });
  await stores.secrets.put({ tenantId: other, name: 'token' }, { a: 'old' });
  for (const each of [tenantId, other]) await stores.keys.create(each);
  const text = await stores.keys.wrap(tenantId, plaintext);
  return { place, stores, text };
}

describe('a process stopped in the middle of a write', () => {
  it('loses nothing when the master key is rotated, once or twice, before it goes on', async () => {
    let stopped = true;
    for (let change = 1; stopped; change++) {
      stopped = false;
      const { place, stores, text } = await furnish(`write-${change}`);
      const written = (await child.run<Written>(
        { kind: 'write', place, tenantId, halt: { change, signal: 'SIGSTOP' } },
        async () => {
          stopped = true;
          for (let times = 1 + (change % 2); times > 0; times--) await rotateMasterKey(place);
        },
      )) as Written;
      expect(written).toMatchObject({ created: true, newest: 2 });
      for (const { secrets, keys } of [await openKeyring(place), stores]) {
        expect(await secrets.get(token)).toEqual({ a: 'written' });
        expect(await secrets.get({ tenantId, name: 'created' })).toEqual({ a: 'written' });
        expect(await keys.find(tenantId)).toEqual({ newest: 2, oldest: 1 });
        expect(await keys.unwrap(tenantId, written.text)).toEqual(Buffer.from('written'));
        expect(await keys.unwrap(tenantId, text)).toEqual(plaintext);
      }
      if (!stopped) expect(change).toBeGreaterThan(10);
    }
  }, 120_000);
});

describe('a rotation of a key stopped in its middle', () => {
  it('adds nothing to a key that ended and began anew meanwhile but its next version', async () => {
    let stopped = true;
    for (let change = 1; stopped; change++) {
      stopped = false;
      const { place, stores, text } = await furnish(`key-${change}`);
      for (let version = 2; version <= 4; version++) await stores.keys.rotate(tenantId);
      const written = (await child.run<Written>(
        { kind: 'write', place, tenantId, halt: { change, signal: 'SIGSTOP' } },
        async () => {
          stopped = true;
          await stores.keys.destroy(tenantId);
          await stores.keys.create(tenantId);
        },
      )) as Written;
      const found = await stores.keys.find(tenantId);
      if (!stopped) break;
      // Before the end of the old key: version 5 of that, which is gone. After: 2 of the new one.
      expect([found, written.newest]).toEqual(
        written.newest === 5 ? [{ newest: 1, oldest: 1 }, 5] : [{ newest: 2, oldest: 1 }, 2],
      );
      const unwrapped = await stores.keys.unwrap(tenantId, written.text);
      expect(unwrapped).toEqual(Buffer.from('written'));
      const broken = { code: 'wrapped_key_broken' };
      await expect(stores.keys.unwrap(tenantId, text)).rejects.toMatchObject(broken);
    }
  }, 120_000);
});

describe('a rotation of the master key stopped in its middle', () => {
  it('brings back nothing that was replaced, destroyed or retired meanwhile', async () => {
    let stopped = true;
    for (let change = 1; stopped; change++) {
      stopped = false;
      const { place, stores, text } = await furnish(`rotation-${change}`);
      const meddle = async (): Promise<void> => {
        const { secrets, keys } = stores;
        await secrets.put(token, { a: 'newer' });
        await secrets.destroy({ tenantId, name: 'doomed' });
        await keys.rotate(tenantId);
        await keys.retire(tenantId, 2);
        await secrets.destroyTenant(other);
        await keys.destroy(other);
        await keys.create(other);
      };
      let remade = '';
      await child.run({ kind: 'rotate', place, halt: { change, signal: 'SIGSTOP' } }, async () => {
        stopped = true;
        await meddle();
        remade = await stores.keys.wrap(other, plaintext);
      });
      if (!stopped) {
        expect(change).toBeGreaterThan(20);
        break;
      }
      for (const { secrets, keys } of [await openKeyring(place), stores]) {
        expect(await secrets.get(token)).toEqual({ a: 'newer' });
        expect(await secrets.list(tenantId)).toEqual(['token']);
        expect(await secrets.listTenants()).toEqual([tenantId]);
        expect(await keys.find(tenantId)).toEqual({ newest: 2, oldest: 2 });
        const retired = { code: 'key_version_retired' };
        await expect(keys.unwrap(tenantId, text)).rejects.toMatchObject(retired);
        expect(await keys.unwrap(other, remade)).toEqual(plaintext);
      }
    }
  }, 120_000);
});
