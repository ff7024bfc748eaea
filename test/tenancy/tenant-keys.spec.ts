import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { DataKey } from '../../src/infrastructure/envelope/data-key.js';
import { Nonces } from '../../src/infrastructure/envelope/nonces.js';
import { sealedText } from '../../src/infrastructure/envelope/sealed-column.js';
import type { KeyStore } from '../../src/kernel/key-store.js';
import { AppError } from '../../src/kernel/app-error.js';
import { takeWriter } from '../../src/tenancy/keys/data-keys.repository.js';
import type { Opener, Sealer } from '../../src/tenancy/keys/tenant-cipher.js';
import { TenantKeys, type TenantKeysOptions } from '../../src/tenancy/keys/tenant-keys.js';
import type { TenantRecord } from '../../src/tenancy/tenant-record.js';
import { TEST_ACTOR, type ControlPlane } from '../support/lifecycle-control-plane.js';
import { closeWithPremises, openOnOwnPremises } from '../support/lifecycle-premises.js';

const COLUMN = sealedText('members', 'name');
const ROW = 'mbr_1';

let plane: ControlPlane;
/** The one that tests are about, and others beside it. */
let tenant: TenantRecord;
let others: TenantRecord[];
const opened: Keys[] = [];

beforeAll(async () => {
  plane = await openOnOwnPremises({ connectionsPerTenant: 3 });
  tenant = await plane.open('schema');
  others = [];
  for (let at = 0; at < 4; at += 1) others.push(await plane.open('schema'));
});

afterEach(() => {
  for (const { keys } of opened.splice(0)) keys.close();
});

afterAll(async () => {
  await closeWithPremises(plane);
});

/** Keys as a process of their own has them, with everything they did written down. */
interface Keys {
  keys: TenantKeys;
  feed: { live: boolean };
  unwraps: string[];
  made: WatchedKey[];
  tampering: AppError[];
  open<T>(of: TenantRecord, work: (cipher: Opener) => T): Promise<T>;
  seal<T>(of: TenantRecord, work: (cipher: Sealer) => T): Promise<T>;
}

class WatchedKey extends DataKey {
  drops = 0;

  override drop(): void {
    this.drops += 1;
    super.drop();
  }
}

function openKeys(
  options: Partial<TenantKeysOptions> = {},
  beforeUnwrap: (tenantId: string) => Promise<void> | void = () => undefined,
): Keys {
  const unwraps: string[] = [];
  const made: WatchedKey[] = [];
  const tampering: AppError[] = [];
  const feed = { live: true };
  const store = {
    unwrap: async (tenantId: string, wrapped: string) => {
      unwraps.push(tenantId);
      await beforeUnwrap(tenantId);
      return plane.keyStore.unwrap(tenantId, wrapped);
    },
  } as unknown as KeyStore;
  const keys = new TenantKeys(plane.tenancy, plane.database, store, feed, {
    idleMs: 60_000,
    tenants: 100,
    makeKey: (id, material) => {
      const key = new WatchedKey(id, material);
      made.push(key);
      return key;
    },
    tampered: (error) => void tampering.push(error),
    ...options,
  });
  const inside = <T>(of: TenantRecord, work: () => Promise<T>): Promise<T> =>
    plane.tenancy.run(of.id, TEST_ACTOR, work);
  const result: Keys = {
    keys,
    feed,
    unwraps,
    made,
    tampering,
    open: (of, work) => inside(of, () => keys.open(work)),
    seal: (of, work) => inside(of, () => keys.seal(work)),
  };
  opened.push(result);
  return result;
}

/** Something that waits until it is let go. */
function gate(): { passed: Promise<void>; open: () => void } {
  let open!: () => void;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}

const hash = (cipher: Opener): string => cipher.hash('email', 'a@b').toString('hex');
const sealOne = (cipher: Sealer): Buffer => cipher.sealText(COLUMN, ROW, 'Ada');
const writerOf = (sealed: Buffer): number => sealed.readUInt32BE(4);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function until(holds: () => boolean, ms = 20_000): Promise<void> {
  const giveUpAt = performance.now() + ms;
  while (!holds()) {
    if (performance.now() > giveUpAt) throw new Error('It did not come to be.');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function expectOverwritten(key: WatchedKey | undefined): void {
  expect(key?.drops).toBeGreaterThan(0);
  expect(() => key?.hash('email', 'a@b')).toThrow(
    expect.objectContaining({ code: 'data_key_dropped' }),
  );
}

describe('the keys of a tenant', () => {
  it('are unwrapped once for a hundred who ask at once, and not again while they are warm', async () => {
    const process = openKeys();

    const hashes = await Promise.all(Array.from({ length: 100 }, () => process.open(tenant, hash)));
    const later = await process.open(tenant, hash);

    expect(process.unwraps).toEqual([tenant.id]);
    expect(new Set([...hashes, later]).size).toBe(1);
    expect(process.made).toHaveLength(1);
  });

  it('are unwrapped once for each of two kinds of use that begin at the same moment', async () => {
    const held = gate();
    const process = openKeys({}, () => held.passed);
    const work = Promise.all([
      ...Array.from({ length: 20 }, () => process.open(tenant, hash)),
      ...Array.from({ length: 20 }, () => process.seal(tenant, hash)),
    ]);
    await until(() => process.unwraps.length === 2);
    held.open();

    expect(new Set(await work).size).toBe(1);
    expect(process.unwraps).toHaveLength(2);
    expect(process.keys.size).toBe(1);
  });

  it('open in one process what another has sealed, and are no other tenant’s', async () => {
    const [one, two] = [openKeys(), openKeys()];
    const sealed = await one.seal(tenant, sealOne);

    expect(await two.open(tenant, (cipher) => cipher.openText(COLUMN, ROW, sealed))).toBe('Ada');
    const foreign = others[0] as TenantRecord;
    const refused = two.open(foreign, (cipher) => cipher.openText(COLUMN, ROW, sealed));
    await expect(refused).rejects.toMatchObject({ code: 'sealed_value_broken' });
    expect(two.tampering).toMatchObject([{ code: 'sealed_value_broken' }]);
    expect(await one.open(tenant, hash)).not.toBe(await one.open(foreign, hash));
  });

  it('are overwritten once nobody has used them for their time, and not before', async () => {
    const process = openKeys({ idleMs: 2_000 });
    await process.open(tenant, hash);
    const giveUpAt = performance.now() + 3_000;
    while (performance.now() < giveUpAt) {
      await process.open(tenant, hash);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(process.unwraps).toHaveLength(1);
    expect(process.made[0]?.drops).toBe(0);

    await until(() => process.keys.size === 0);
    expectOverwritten(process.made[0]);
  });

  it('are held of so many tenants and no more: those unused for longest go', async () => {
    const process = openKeys({ tenants: 2 });
    const [first, second] = others as [TenantRecord, TenantRecord];
    await process.open(tenant, hash);
    await process.open(first, hash);
    await process.open(tenant, hash);

    await process.open(second, hash);

    expect(process.keys.size).toBe(2);
    expectOverwritten(process.made[1]);
    expect(process.made.map((key) => key.drops)).toEqual([0, 1, 0]);
    await process.open(tenant, hash);
    expect(process.unwraps).toEqual([tenant.id, first.id, second.id]);
  });

  it('are overwritten at once when they are told to, all of them at the end', async () => {
    const process = openKeys();
    await process.open(tenant, hash);
    await process.open(others[0] as TenantRecord, hash);

    process.keys.drop(tenant.id);
    expectOverwritten(process.made[0]);
    expect(process.made[1]?.drops).toBe(0);
    process.keys.close();
    expectOverwritten(process.made[1]);
    expect(process.keys.size).toBe(0);
  });

  it('dropped while they are being loaded serve who asked before, and nobody after', async () => {
    const held = gate();
    const process = openKeys({}, () => (process.unwraps.length === 1 ? held.passed : undefined));
    const before = process.open(tenant, hash);
    await until(() => process.unwraps.length === 1);

    process.keys.drop(tenant.id);
    const after = process.open(tenant, hash);
    await after;
    held.open();

    expect(await before).toBe(await after);
    await turn();
    expectOverwritten(process.made[1]);
    expect(process.made[0]?.drops).toBe(0);
    expect(process.keys.size).toBe(1);
  });

  it('are not kept while the change feed is down, nor trusted if they were kept before', async () => {
    const process = openKeys();
    await process.open(tenant, hash);
    process.feed.live = false;

    await process.open(tenant, hash);
    await process.open(tenant, hash);
    await turn();

    expect(process.unwraps).toHaveLength(3);
    expectOverwritten(process.made[1]);
    expectOverwritten(process.made[2]);
  });

  it('are for synchronous work alone: an async function is refused', async () => {
    const process = openKeys();
    await expect(process.open(tenant, async (cipher) => hash(cipher))).rejects.toThrow(
      'synchronous',
    );
  });

  it('are needed in a scope: without a tenant there are none', async () => {
    const { keys } = openKeys();
    await expect(keys.open(hash)).rejects.toMatchObject({ code: 'no_tenant' });
    await expect(plane.tenancy.central(() => keys.seal(hash))).rejects.toMatchObject({
      code: 'no_tenant',
    });
  });

  it('are looked up once more when a value names one that was made since', async () => {
    const [one, two] = [openKeys(), openKeys()];
    const moving = others[3] as TenantRecord;
    await one.open(moving, hash);
    await plane.rotateKeys.execute(moving.id);
    const sealed = await two.seal(moving, sealOne);
    expect(sealed.readUInt16BE(2)).toBe(2);

    expect(await one.open(moving, (cipher) => cipher.openText(COLUMN, ROW, sealed))).toBe('Ada');

    expect(one.tampering).toEqual([]);
    expectOverwritten(one.made[0]);
    sealed.writeUInt16BE(9, 2);
    const unknown = one.open(moving, (cipher) => cipher.openText(COLUMN, ROW, sealed));
    await expect(unknown).rejects.toMatchObject({ code: 'data_key_unknown' });
    expect(one.tampering).toMatchObject([{ code: 'data_key_unknown' }]);
  });
});

describe('a key store that fails', () => {
  const vaultSealed = new AppError('vault_sealed', 'Vault is sealed.');

  it('is told as it says it; who has warm keys goes on, and it is asked again afterwards', async () => {
    let down = true;
    const process = openKeys({}, (tenantId) => {
      if (down && tenantId === tenant.id) throw vaultSealed;
    });
    const other = others[0] as TenantRecord;
    await process.open(other, hash);

    for (const work of [process.open(tenant, hash), process.seal(tenant, hash)]) {
      await expect(work).rejects.toBe(vaultSealed);
    }
    expect(await process.open(other, hash)).toHaveLength(64);
    expect(process.tampering).toEqual([]);
    expect(process.keys.size).toBe(1);

    down = false;
    expect(await process.open(tenant, hash)).toHaveLength(64);
  });

  it('and is slow holds no connection meanwhile, and keeps nobody else waiting', async () => {
    const held = gate();
    const process = openKeys({}, (tenantId) => (tenantId === tenant.id ? held.passed : undefined));
    const slow = Promise.allSettled(Array.from({ length: 50 }, () => process.seal(tenant, hash)));
    await until(() => process.unwraps.length === 1);

    expect(plane.pools.stats()).toMatchObject({ leased: 0, waiting: 0 });
    const startedAt = performance.now();
    for (const other of others.slice(0, 3)) await process.open(other, hash);
    // The slow one's own tenant can still be asked for what is not sealed.
    await plane.tenancy.run(tenant.id, TEST_ACTOR, () =>
      plane.database.query({ text: 'SELECT count(*) FROM members' }),
    );
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    held.open();
    expect((await slow).every(({ status }) => status === 'fulfilled')).toBe(true);
    expect(process.unwraps.filter((id) => id === tenant.id)).toHaveLength(1);
  });

  it('and refuses a wrapped key is taken for tampering', async () => {
    const broken = new AppError('wrapped_key_broken', 'Changed.');
    const process = openKeys({}, () => {
      throw broken;
    });
    await expect(process.open(tenant, hash)).rejects.toBe(broken);
    expect(process.tampering).toEqual([broken]);
  });

  it('leaves no key of a tenant in memory when only one of two could be unwrapped', async () => {
    const moving = others[2] as TenantRecord;
    await plane.rotateKeys.execute(moving.id);
    const process = openKeys({}, () => {
      if (process.unwraps.length === 2) throw vaultSealed;
    });

    await expect(process.open(moving, hash)).rejects.toBe(vaultSealed);

    expect(process.made).toHaveLength(1);
    expectOverwritten(process.made[0]);
    await plane.rotateKeys.resume(moving.id);
  });
});

describe('writers’ numbers', () => {
  it('are given out once, to whichever process asks, and not again after a crash', async () => {
    const numbers: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const processes = [openKeys(), openKeys(), openKeys()];
      const sealed = await Promise.all(processes.map((process) => process.seal(tenant, sealOne)));
      numbers.push(...sealed.map(writerOf));
      // Taken and never used, as by a process that dies in between.
      const { taken } = await plane.tenancy.run(tenant.id, TEST_ACTOR, () =>
        takeWriter(plane.database),
      );
      numbers.push(taken?.writer ?? 0);
      for (const { keys } of processes) keys.close();
    }
    expect(new Set(numbers).size).toBe(20);
    expect(numbers.every((number) => number > 0)).toBe(true);
  });

  it('cost none while a tenant only reads', async () => {
    const process = openKeys();
    const before = await writersOf(tenant);
    await process.open(tenant, hash);
    expect(await writersOf(tenant)).toBe(before);
    await process.seal(tenant, hash);
    await process.seal(tenant, hash);
    expect(await writersOf(tenant)).toBe(before + 1);
  });

  it('change before a writer runs out of nonces', async () => {
    const process = openKeys();
    const first = await process.seal(tenant, sealOne);
    const few = jest.spyOn(Nonces.prototype, 'left', 'get').mockReturnValue(999_999);
    const second = await process.seal(tenant, sealOne);
    few.mockRestore();
    const third = await process.seal(tenant, sealOne);

    expect(writerOf(second)).toBeGreaterThan(writerOf(first));
    expect(writerOf(third)).toBe(writerOf(second));
    for (const sealed of [first, second]) {
      expect(await process.open(tenant, (cipher) => cipher.openText(COLUMN, ROW, sealed))).toBe(
        'Ada',
      );
    }
  });

  it('make no two nonces equal, in 200,000 seals of many writers at once', async () => {
    const processes = Array.from({ length: 10 }, () => openKeys());
    const nonces = new Set<string>();
    await Promise.all(
      processes.map(async (process) => {
        for (let round = 0; round < 20; round += 1) {
          await process.seal(tenant, (cipher) => {
            for (let at = 0; at < 1_000; at += 1) {
              nonces.add(cipher.sealText(COLUMN, ROW, '').toString('latin1', 4, 16));
            }
          });
          // Keys come and go while others write.
          if (round % 5 === 4) process.keys.drop(tenant.id);
        }
      }),
    );
    expect(nonces.size).toBe(200_000);
  });

  it('run out one day, and are then refused by the database instead of going round', async () => {
    const last = others[1] as TenantRecord;
    const set = (writers: string): Promise<unknown> =>
      plane.tenancy.run(last.id, TEST_ACTOR, () =>
        plane.database.query({ text: `UPDATE data_keys SET writers = ${writers}` }),
      );
    await set('4294967294');
    const sealed = await openKeys().seal(last, sealOne);
    expect(writerOf(sealed)).toBe(4_294_967_295);
    const process = openKeys();
    await expect(process.seal(last, sealOne)).rejects.toMatchObject({ code: '23514' });
    expect(await process.open(last, (cipher) => cipher.openText(COLUMN, ROW, sealed))).toBe('Ada');
  });
});

async function writersOf(of: TenantRecord): Promise<number> {
  const [row] = await plane.tenancy.run(of.id, TEST_ACTOR, () =>
    plane.database.query<{ writers: string }>({ text: 'SELECT writers FROM data_keys' }),
  );
  return Number(row?.writers);
}
