import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rotateMasterKey } from '../../src/infrastructure/keyring/rotate-master-key.js';
import { newTenantId } from '../../src/kernel/ids.js';
import { CENTRAL } from '../../src/kernel/secret-store.js';
import { KeyringProcess, type Place } from './stores/keyring-processes.js';
import { openKeyring, type KeyringStores } from './stores/keyring-stores.js';

const tenantId = newTenantId();
const central = { tenantId: CENTRAL, name: 'root' };
const token = { tenantId, name: 'token' };
const plaintext = Buffer.from('a data key of the tenant');

let home: string;
let next: KeyringProcess;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'numoon-rotation-'));
  next = new KeyringProcess();
});
afterAll(async () => {
  await next.dismiss();
  await rm(home, { recursive: true });
});

/** The next process starts while the last one is looked at. */
async function rotateUntil(place: Place, change: number): Promise<number | 'killed'> {
  const process = next;
  next = new KeyringProcess();
  const ended = await process.run<number>({
    kind: 'rotate',
    place,
    halt: { change, signal: 'SIGKILL' },
  });
  await process.dismiss();
  return ended;
}

/** A store of two secrets and a key of two versions, with the process that wrote it still running. */
async function furnish(name: string) {
  const place = { file: join(home, name, 'master.key'), storeDir: join(home, name, 'keyring') };
  const running = await openKeyring(place, true);
  await running.secrets.put(central, { a: 'central' });
  await running.secrets.put(token, { a: 'token' });
  await running.keys.create(tenantId);
  const texts = [await running.keys.wrap(tenantId, plaintext)];
  await running.keys.rotate(tenantId);
  texts.push(await running.keys.wrap(tenantId, plaintext));
  return { place, running, texts, oldKey: await readFile(place.file) };
}

async function expectAll({ secrets, keys }: KeyringStores, texts: string[]): Promise<void> {
  expect(await secrets.get(central)).toEqual({ a: 'central' });
  expect(await secrets.get(token)).toEqual({ a: 'token' });
  for (const text of texts) expect(await keys.unwrap(tenantId, text)).toEqual(plaintext);
  await secrets.check();
  await keys.check();
}

describe('a rotation of the master key that is killed', () => {
  it('before any change of the disk leaves all readable and writable, and is finished by the next', async () => {
    let steps = 0;
    for (let change = 1; ; change++) {
      const { place, running, texts, oldKey } = await furnish(String(change));
      const ended = await rotateUntil(place, change);
      if (ended !== 'killed') {
        steps = ended;
        break;
      }
      // A process that starts now, and the one that was there all the time.
      for (const [at, stores] of [await openKeyring(place), running].entries()) {
        await expectAll(stores, texts);
        await stores.secrets.put({ tenantId, name: `put-${at}` }, { at: String(at) });
        expect(await stores.secrets.create({ tenantId, name: `made-${at}` }, {})).toBe(true);
        await stores.keys.rotate(tenantId);
        texts.push(await stores.keys.wrap(tenantId, plaintext));
      }
      await rotateMasterKey(place);
      expect((await readFile(place.file)).equals(oldKey)).toBe(false);
      for (const stores of [await openKeyring(place), running]) {
        await expectAll(stores, texts);
        expect(await stores.secrets.get({ tenantId, name: 'put-0' })).toEqual({ at: '0' });
        expect(await stores.secrets.get({ tenantId, name: 'put-1' })).toEqual({ at: '1' });
        expect(await stores.keys.find(tenantId)).toEqual({ newest: 4, oldest: 1 });
      }
      await nothingOfTheOldKeyIsLeft(place, oldKey);
    }
    expect(steps).toBeGreaterThan(20);
  }, 120_000);
});

async function nothingOfTheOldKeyIsLeft(place: Place, oldKey: Buffer): Promise<void> {
  const folder = join(place.storeDir, '..');
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of names.filter((each) => each.isFile())) {
    const content = await readFile(join(entry.parentPath, entry.name));
    expect(content.includes(oldKey)).toBe(false);
  }
  const visible = names.map(({ name }) => name).filter((name) => !name.startsWith('.'));
  expect(visible.filter((name) => name.includes('.after-'))).toEqual([]);
}
