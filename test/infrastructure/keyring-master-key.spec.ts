import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmod,
  link,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { KeyringSecretStore } from '../../src/infrastructure/keyring/keyring.secret-store.js';
import { MasterKey, loadMasterKey } from '../../src/infrastructure/keyring/master-key.js';
import { newTenantId } from '../../src/kernel/ids.js';

const TYPESCRIPT = new URL('../support/register-typescript.mjs', import.meta.url).href;
const MASTER_KEY_SOURCE = new URL('../../src/infrastructure/keyring/master-key.ts', import.meta.url)
  .href;

let home: string;
const place = (over: Partial<Parameters<typeof loadMasterKey>[0]> = {}) => ({
  file: join(home, 'master.key'),
  storeDir: join(home, 'keyring'),
  createIfMissing: true,
  ...over,
});

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'numoon-key-'));
});
afterEach(() => rm(home, { recursive: true }));

describe('the master key', () => {
  it('is made on the first start, in a file that only its owner may read, and found again', async () => {
    const made = await loadMasterKey(place());
    const { mode, size } = await stat(place().file);
    expect([mode & 0o777, size]).toEqual([0o600, 32]);
    const found = await loadMasterKey(place({ createIfMissing: false }));
    expect(found.derive('x')).toEqual(made.derive('x'));
    expect((await readdir(home)).sort()).toEqual(['keyring', 'master.key']);
  });

  it('gives each label a key of its own and never shows itself', async () => {
    const bytes = randomBytes(32);
    const key = new MasterKey(bytes);
    expect(key.derive('a')).not.toEqual(key.derive('b'));
    expect(key.derive('a')).toHaveLength(32);
    const shown = [`${String(key)}`, JSON.stringify({ key }), inspect(key, { showHidden: true })];
    for (const text of shown) {
      expect(text).not.toContain(bytes.toString('hex'));
      expect(text).not.toContain(bytes.toString('hex', 0, 4));
      expect(text).toContain('[master key]');
    }
  });

  it('is not replaced in silence when the store holds secrets', async () => {
    const store = await KeyringSecretStore.open({
      dir: place().storeDir,
      masterKey: await loadMasterKey(place()),
    });
    await store.put({ tenantId: newTenantId(), name: 'a' }, { a: '1' });
    await rm(place().file);
    await expect(loadMasterKey(place())).rejects.toMatchObject({ code: 'master_key_missing' });
    await expect(stat(place().file)).rejects.toMatchObject({ code: 'ENOENT' });
    await rm(join(place().storeDir, 'key-check'));
    await expect(loadMasterKey(place())).rejects.toMatchObject({ code: 'master_key_missing' });
  });

  it('is not made where making is not allowed', async () => {
    const refused = loadMasterKey(place({ createIfMissing: false }));
    await expect(refused).rejects.toMatchObject({ code: 'master_key_missing' });
    expect(await readdir(home)).toEqual([]);
  });

  it.each([0, 31, 33, 64])('is refused with %i bytes', async (bytes) => {
    await writeFile(place().file, randomBytes(bytes), { mode: 0o600 });
    await expect(loadMasterKey(place())).rejects.toMatchObject({ code: 'master_key_invalid' });
  });

  it('is refused when it is a folder or nothing but zeros', async () => {
    await mkdir(place().file);
    await expect(loadMasterKey(place())).rejects.toThrow();
    await rm(place().file, { recursive: true });
    await writeFile(place().file, Buffer.alloc(32), { mode: 0o600 });
    await expect(loadMasterKey(place())).rejects.toMatchObject({ code: 'master_key_invalid' });
  });

  const posix = process.platform === 'win32' ? it.skip : it;
  posix.each([0o640, 0o604, 0o620, 0o777])(
    'is refused with mode %o, with the remedy',
    async (mode) => {
      await loadMasterKey(place());
      await chmod(place().file, mode);
      await expect(loadMasterKey(place())).rejects.toMatchObject({
        code: 'master_key_exposed',
        message: expect.stringContaining('chmod 600'),
      });
    },
  );

  it('that belongs to another store is told apart before anything is read', async () => {
    await loadMasterKey(place());
    const other = place({ file: join(home, 'other.key') });
    await writeFile(other.file, randomBytes(32), { mode: 0o600 });
    await expect(loadMasterKey(other)).rejects.toMatchObject({ code: 'master_key_wrong' });
  });

  it('is not trusted for a store whose check value is gone but whose secrets are there', async () => {
    const masterKey = await loadMasterKey(place());
    const store = await KeyringSecretStore.open({ dir: place().storeDir, masterKey });
    await store.put({ tenantId: newTenantId(), name: 'a' }, { a: '1' });
    await rm(join(place().storeDir, 'key-check'));
    await expect(loadMasterKey(place())).rejects.toMatchObject({
      code: 'master_key_wrong',
      fields: { reason: 'check-missing' },
    });
  });

  it('keeps no second name after a crash in the middle of its making', async () => {
    await loadMasterKey(place());
    const left = join(home, '.master.key.0123456789abcdef.tmp');
    await link(place().file, left);
    const longAgo = new Date(Date.now() - 120_000);
    await utimes(left, longAgo, longAgo);
    await loadMasterKey(place());
    expect((await readdir(home)).sort()).toEqual(['keyring', 'master.key']);
  });

  it('is one key when several processes start at the same time', async () => {
    for (let round = 0; round < 2; round++) {
      const data = join(home, `round-${round}`);
      const children = await Promise.all(Array.from({ length: 4 }, () => startChild(data)));
      for (const child of children) child.go();
      const ids = await Promise.all(children.map((child) => child.id));
      expect(new Set(ids).size).toBe(1);
      expect(ids[0]).toMatch(/^[0-9a-f]{16}$/);
      expect((await readdir(data)).sort()).toEqual(['keyring', 'master.key']);
      const key = new MasterKey(await readFile(join(data, 'master.key')));
      expect(key.id).toBe(ids[0]);
    }
  });
});

/** Starts a process that loads the key when told, so that all of them collide; gives the key's id. */
async function startChild(data: string): Promise<{ go: () => void; id: Promise<string> }> {
  const code = `
    const { loadMasterKey } = await import(${JSON.stringify(MASTER_KEY_SOURCE)});
    process.stdout.write('ready ');
    await new Promise((go) => process.stdin.once('data', go));
    const key = await loadMasterKey({ file: ${JSON.stringify(join(data, 'master.key'))},
      storeDir: ${JSON.stringify(join(data, 'keyring'))}, createIfMissing: true });
    console.log(key.id); process.exit(0);`;
  const args = ['--import', TYPESCRIPT, '--input-type=module', '-e', code];
  const child = spawn(process.execPath, args, { env: { ...process.env, NODE_OPTIONS: '' } });
  let out = '';
  let faults = '';
  child.stdout.on('data', (chunk) => (out += String(chunk)));
  child.stderr.on('data', (chunk) => (faults += String(chunk)));
  const id = new Promise<string>((done, fail) => {
    child.on('exit', (status) =>
      status === 0 ? done(out.replace('ready ', '').trim()) : fail(new Error(faults)),
    );
  });
  await Promise.race([new Promise((ready) => child.stdout.once('data', ready)), id]);
  return { go: () => child.stdin.write('go'), id };
}
