import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { rotateMasterKey } from '../../src/infrastructure/keyring/rotate-master-key.js';
import { newTenantId } from '../../src/kernel/ids.js';
import { KeyringProcess, type Place, type Worked } from './stores/keyring-processes.js';
import { openKeyring } from './stores/keyring-stores.js';

let home: string;
let place: Place;
const tenants = [newTenantId(), newTenantId(), newTenantId()];
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'numoon-keyring-'));
  place = { file: join(home, 'master.key'), storeDir: join(home, 'keyring') };
});
afterEach(() => rm(home, { recursive: true }));

/** Everything that any of the processes was told had been done. */
async function expectAllKept(results: Worked[]): Promise<void> {
  const { secrets, keys } = await openKeyring(place);
  for (const { tenantId, text, hex } of results.flatMap(({ texts }) => texts)) {
    const plaintext = await keys.unwrap(tenantId, text);
    expect(plaintext.toString('hex')).toBe(hex);
  }
  for (const tenantId of tenants) {
    const added = results.reduce((sum, { rotations }) => sum + (rotations[tenantId] ?? 0), 0);
    expect(await keys.find(tenantId)).toEqual({ newest: 1 + added, oldest: 1 });
  }
  const last = new Map(
    results.flatMap(({ values }) => values).map((v) => [v.tenantId + v.name, v]),
  );
  for (const { tenantId, name, round } of last.values()) {
    expect(await secrets.get({ tenantId, name })).toEqual({ round });
  }
  const won = results.flatMap((result) => result.won);
  expect(new Set(won.map(({ tenantId, name }) => tenantId + name)).size).toBe(won.length);
  for (const { tenantId, name, by } of won) {
    expect(await secrets.get({ tenantId, name })).toEqual({ by });
  }
}

async function work(processes: KeyringProcess[], rounds: number): Promise<Worked[]> {
  const { keys } = await openKeyring(place, true);
  for (const tenantId of tenants) await keys.create(tenantId);
  const answers = await Promise.all(
    processes.map((process) =>
      process.run<Worked>({ kind: 'work', place, tenants, workers: 8, rounds }),
    ),
  );
  await Promise.all(processes.map((process) => process.dismiss()));
  return answers.filter((answer): answer is Worked => answer !== 'killed');
}

function start(count: number): KeyringProcess[] {
  return Array.from({ length: count }, () => new KeyringProcess());
}

describe('the keyring shared by processes', () => {
  it('loses no version, no secret and no winner with 32 workers in 4 of them', async () => {
    const results = await work(start(4), 6);
    expect(results).toHaveLength(4);
    expect(results.flatMap(({ texts }) => texts)).toHaveLength(4 * 8 * 6);
    await expectAllKept(results);
  });

  it('loses nothing either while its master key is rotated again and again under them', async () => {
    const oldKeys: Buffer[] = [];
    const ended = new AbortController();
    const working = work(start(4), 16).finally(() => ended.abort());
    const rotating = (async () => {
      while (!ended.signal.aborted) {
        if (!(await readdir(home)).includes('keyring')) continue;
        const key = await readFile(place.file);
        const rotated = await Promise.allSettled([rotateMasterKey(place), rotateMasterKey(place)]);
        for (const one of rotated) {
          if (one.status === 'rejected') {
            expect(one.reason).toMatchObject({ code: 'master_key_rotation_running' });
          }
        }
        oldKeys.push(key);
      }
    })();
    const results = await working;
    await rotating;
    expect(results).toHaveLength(4);
    expect(oldKeys.length).toBeGreaterThan(2);
    await expectAllKept(results);
  });

  it('reads one file to unwrap', async () => {
    const { keys } = await openKeyring(place, true);
    const [tenantId] = tenants as [string];
    await keys.create(tenantId);
    const text = await keys.wrap(tenantId, Buffer.from('x'));
    const [process] = start(1) as [KeyringProcess];
    expect(await process.run({ kind: 'reads', place, tenantId, text })).toBe(1);
    await process.dismiss();
  });
});
