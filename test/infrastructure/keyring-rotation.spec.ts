import { randomBytes } from 'node:crypto';
import {
  copyFile,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MasterKey, loadMasterKey } from '../../src/infrastructure/keyring/master-key.js';
import {
  rotateMasterKey,
  type RotationProgress,
} from '../../src/infrastructure/keyring/rotate-master-key.js';
import { newTenantId } from '../../src/kernel/ids.js';
import { CENTRAL } from '../../src/kernel/secret-store.js';
import type { Place } from './stores/keyring-processes.js';
import { openKeyring, type KeyringStores } from './stores/keyring-stores.js';

let home: string;
let place: Place;
let stores: KeyringStores;
const tenants = [newTenantId(), newTenantId(), newTenantId()] as const;
const [tenantId] = tenants;
const root = { tenantId: CENTRAL, name: 'root' };
const keyId = async () => new MasterKey(await readFile(place.file)).id;

const load = () => loadMasterKey({ ...place, createIfMissing: true });

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'numoon-rotation-'));
  place = { file: join(home, 'master.key'), storeDir: join(home, 'keyring') };
  stores = await openKeyring(place, true);
  await stores.secrets.put(root, { a: 'root' });
  for (const each of tenants) {
    await stores.secrets.put({ tenantId: each, name: 'token' }, { a: each });
    await stores.keys.create(each);
  }
});
afterEach(() => rm(home, { recursive: true }));

/** Leaves the rotation unfinished, as a crash at this step would. */
async function rotateUntil(step: RotationProgress['step']): Promise<void> {
  const crash = new Error('crash');
  const onProgress = (progress: RotationProgress): void => {
    if (progress.step === step) throw crash;
  };
  await expect(rotateMasterKey({ ...place, onProgress })).rejects.toBe(crash);
}

describe('rotating the master key', () => {
  it('seals every file under a new key, puts that in the place of the old one, and says so', async () => {
    const text = await stores.keys.wrap(tenantId, Buffer.from('data key'));
    const before = await keyId();
    const progress: RotationProgress[] = [];
    const rotated = await rotateMasterKey({ ...place, onProgress: (p) => progress.push(p) });
    expect(rotated).toEqual({ from: before, to: await keyId(), files: 7, resumed: false });
    expect(rotated.to).not.toBe(before);
    for (const { secrets, keys } of [stores, await openKeyring(place)]) {
      expect(await secrets.get(root)).toEqual({ a: 'root' });
      for (const each of tenants) {
        expect(await secrets.get({ tenantId: each, name: 'token' })).toEqual({ a: each });
      }
      expect(await keys.unwrap(tenantId, text)).toEqual(Buffer.from('data key'));
    }
    expect((await readdir(home)).sort()).toEqual(['keyring', 'master.key']);
    expect((await readdir(place.storeDir)).sort()).toEqual(['key-check', 'keys', 'secrets']);
    expect(progress.filter(({ step }) => step === 'moving')).toContainEqual({
      step: 'moving',
      files: 7,
      moved: 7,
    });
    expect(new Set(progress.map(({ step }) => step))).toEqual(
      new Set(['key-made', 'announced', 'moving', 'key-replaced', 'finished']),
    );
  });

  it('can be done again and again, under a store that runs all the time', async () => {
    const ids = [await keyId()];
    for (let time = 0; time < 3; time++) {
      await rotateMasterKey(place);
      ids.push(await keyId());
      await stores.secrets.put({ tenantId, name: `at-${time}` }, { n: String(time) });
    }
    expect(new Set(ids).size).toBe(4);
    const { secrets } = await openKeyring(place);
    for (let time = 0; time < 3; time++) {
      expect(await secrets.get({ tenantId, name: `at-${time}` })).toEqual({ n: String(time) });
    }
  });

  it('joins another one that runs at the same time: one new key comes of both', async () => {
    const settled = await Promise.allSettled([rotateMasterKey(place), rotateMasterKey(place)]);
    const to = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value.to] : []));
    expect(new Set(to)).toEqual(new Set([await keyId()]));
    for (const each of settled) {
      if (each.status === 'fulfilled') continue;
      expect(each.reason).toMatchObject({ code: 'master_key_rotation_running' });
    }
    expect(await (await openKeyring(place)).secrets.get(root)).toEqual({ a: 'root' });
  });

  it('goes on with the same next key when it was cut off, and says so', async () => {
    for (const step of ['key-made', 'announced', 'moving', 'key-replaced'] as const) {
      await rotateUntil(step);
      const [next] = (await readdir(home)).filter((name) => name.includes('.after-'));
      const expected =
        next === undefined ? await keyId() : new MasterKey(await readFile(join(home, next))).id;
      expect(await rotateMasterKey(place)).toMatchObject({ to: expected, resumed: true });
      expect(await keyId()).toBe(expected);
    }
  });

  it('keeps the old key while a file cannot be opened, and ends when that is settled', async () => {
    const file = join(place.storeDir, 'keys', tenantId, 'v1');
    const good = await readFile(file);
    const before = await keyId();
    await truncate(file, good.length - 1);
    await expect(rotateMasterKey(place)).rejects.toMatchObject({
      code: 'secret_unreadable',
      message: expect.stringContaining(`keys/${tenantId}/v1`),
    });
    expect(await keyId()).toBe(before);
    expect(await (await openKeyring(place)).secrets.get(root)).toEqual({ a: 'root' });
    await writeFile(file, good);
    await rotateMasterKey(place);
    expect(await keyId()).not.toBe(before);
    await stores.keys.wrap(tenantId, Buffer.from('works'));
  });

  it('leaves alone what is not a file of the keyring', async () => {
    const foreign = join(place.storeDir, 'secrets', 'lost+found');
    await mkdir(foreign);
    await writeFile(join(foreign, 'x'), 'foreign');
    await writeFile(join(place.storeDir, 'secrets', tenantId, '.DS_Store'), 'foreign');
    await rotateMasterKey(place);
    expect(await readFile(join(foreign, 'x'), 'utf8')).toBe('foreign');
  });

  it('refuses without a key, and with one of another store', async () => {
    await copyFile(place.file, join(home, 'backup'));
    await rm(place.file);
    await expect(rotateMasterKey(place)).rejects.toMatchObject({ code: 'master_key_missing' });
    await writeFile(place.file, randomBytes(32), { mode: 0o600 });
    await expect(rotateMasterKey(place)).rejects.toMatchObject({ code: 'master_key_wrong' });
    await copyFile(join(home, 'backup'), place.file);
    await rotateMasterKey(place);
  });
});

describe('a master key that is not what it should be', () => {
  it('from before a rotation is told apart, with what to do', async () => {
    const old = await readFile(place.file);
    await rotateMasterKey(place);
    await writeFile(place.file, old, { mode: 0o600 });
    await expect(load()).rejects.toMatchObject({
      code: 'master_key_wrong',
      message: expect.stringContaining('from before no longer fits'),
    });
    expect(await readFile(place.file)).toEqual(old);
  });

  it('is missed when a rotation is unfinished and either of its two keys is gone', async () => {
    await rotateUntil('announced');
    const [next] = (await readdir(home)).filter((name) => name.includes('.after-')) as [string];
    for (const lost of [join(home, next), place.file]) {
      const content = await readFile(lost);
      await rm(lost);
      await expect(load()).rejects.toMatchObject({
        code: 'master_key_missing',
        message: expect.stringContaining('backup'),
        fields: { file: lost },
      });
      expect(await readdir(home)).toHaveLength(2);
      await writeFile(lost, content, { mode: 0o600 });
      await load();
    }
  });

  it('is not replaced where only keys are left, or only secrets of the installation', async () => {
    await rm(join(place.storeDir, 'key-check'));
    await rm(place.file);
    await rm(join(place.storeDir, 'secrets'), { recursive: true });
    await expect(load()).rejects.toMatchObject({ code: 'master_key_missing' });
    await rm(join(place.storeDir, 'keys'), { recursive: true });
    await mkdir(join(place.storeDir, 'secrets', CENTRAL), { recursive: true });
    await expect(load()).rejects.toMatchObject({ code: 'master_key_missing' });
  });

  it('is not trusted when the check value was changed', async () => {
    const file = join(place.storeDir, 'key-check');
    const good = await readFile(file, 'latin1');
    for (const bad of ['', good.slice(0, -2), good.replace(/[0-9a-f]\n$/, 'x\n'), `${good}x`]) {
      await writeFile(file, bad);
      await expect(load()).rejects.toMatchObject({ code: 'master_key_wrong' });
      const write = stores.secrets.put(root, { a: 'changed' });
      await expect(write).rejects.toMatchObject({ code: 'master_key_wrong' });
    }
    await writeFile(file, good);
    expect(await (await openKeyring(place)).secrets.get(root)).toEqual({ a: 'root' });
  });

  it('is never left behind: a running process that cannot reach the next key refuses to write', async () => {
    await rotateUntil('announced');
    const [next] = (await readdir(home)).filter((name) => name.includes('.after-')) as [string];
    const content = await readFile(join(home, next));
    await rm(join(home, next));
    const write = stores.secrets.put(root, { a: 'changed' });
    await expect(write).rejects.toMatchObject({ code: 'master_key_missing' });
    expect(await stores.secrets.get(root)).toEqual({ a: 'root' });
    await writeFile(join(home, next), content, { mode: 0o600 });
    await stores.secrets.put(root, { a: 'changed' });
    await rotateMasterKey(place);
    expect(await stores.secrets.get(root)).toEqual({ a: 'changed' });
  });
});
