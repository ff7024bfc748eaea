import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { takeRefusals } from '../support/canaries/answers.js';
import { watchDatabasePasswords } from '../support/canaries/database-passwords.js';
import { searchSinks, throwLeaks, type Leak } from '../support/canaries/leaks.js';
import type { Known } from '../support/canaries/registry.js';
import { cleanUp, createTempFolder } from '../support/temp-servers.js';
import { Canaries, KEPT, NOT_KEPT } from './support/canaries.js';
import { dumpTables } from './support/dump.js';
import { removeCluster, startOwnNuMoon, type OwnNuMoon } from './support/own-numoon.js';
import { plantAll, type Amounts } from './support/plant-all.js';
import { checkpoint, noteKeys, searchDisk } from './support/search.js';
import { switchEncryptionOff } from './support/unsealed.js';

const TEN_THOUSAND: Amounts = {
  accounts: 3,
  people: 2_000,
  keys: 500,
  renamings: 25,
  refusals: 1_000,
  wrongSignIns: 24,
};

const SOME: Amounts = {
  accounts: 3,
  people: 60,
  keys: 12,
  renamings: 3,
  refusals: 27,
  wrongSignIns: 2,
};

/** Not said by anybody, and told by nothing: parts of what is sealed that are the same everywhere. */
const SEALED_WITHIN: Known[] = [
  { kind: 'password hash', value: '$argon2id$v=19$m=19456,t=2,p=1$' },
  { kind: 'audit details', value: '{"fields":["name","slug"]}' },
];

const running: OwnNuMoon[] = [];

afterAll(async () => {
  for (const numoon of running) {
    await numoon.stop();
    await removeCluster(numoon);
  }
  await cleanUp();
}, 60_000);

async function start(): Promise<OwnNuMoon> {
  watchDatabasePasswords();
  const numoon = await startOwnNuMoon(await createTempFolder());
  running.push(numoon);
  return numoon;
}

describe('who takes the whole disk of a NuMoon', () => {
  let numoon: OwnNuMoon;
  let canaries: Canaries;
  const known = (): Known[] => [...canaries.known(), ...SEALED_WITHIN];

  beforeAll(async () => {
    canaries = new Canaries();
    numoon = await start();
    const accounts = await plantAll(numoon, canaries, TEN_THOUSAND);
    await noteKeys(numoon, accounts);
    await checkpoint(numoon);
    await dumpTables(numoon);
  }, 400_000);

  it('finds none of 10,000 canaries, no key, no password and no token, while it runs', async () => {
    expect(canaries.planted).toBeGreaterThanOrEqual(10_000);
    throwLeaks(await searchDisk(numoon, known()));
  }, 120_000);

  it('is told none by the answers that refused something', () => {
    throwLeaks(searchSinks(known(), takeRefusals()));
  });

  it('would find one in the log of NuMoon, in a temporary file of the server, and in every form', async () => {
    const logged = canaries.plant('refused text');
    const sorted = canaries.plant('refused text');
    numoon.app.foundation.logger.trace(`somebody said ${logged}`);
    const sorting = await holdTemporaryFile(numoon.adminUrl, sorted);
    const forms = join(numoon.dataDir, 'forms');
    await writeForms(forms, canaries.plant('refused text'));
    try {
      const leaks = await searchDisk(numoon, known());
      const where = (secret: string) => leaks.filter((leak) => leak.secret === secret);
      expect(where(logged).map((leak) => leak.where)).toEqual([join(numoon.dataDir, 'numoon.log')]);
      expect(where(sorted).some((leak) => /\/pgsql_tmp\/pgsql_tmp\d+\./.test(leak.where))).toBe(
        true,
      );
      expect(leaks.filter((leak) => leak.where === forms).map(({ form }) => form)).toEqual(
        expect.arrayContaining(['plain', 'base64', 'hex', 'utf16le']),
      );
    } finally {
      await sorting.end();
    }
  }, 60_000);
});

describe('the same with encryption switched off', () => {
  let numoon: OwnNuMoon;
  let canaries: Canaries;
  let leaks: Leak[];
  let switchOn: (() => void) | undefined;

  beforeAll(async () => {
    switchOn = switchEncryptionOff();
    canaries = new Canaries();
    numoon = await start();
    const accounts = await plantAll(numoon, canaries, SOME);
    await noteKeys(numoon, accounts);
    await checkpoint(numoon);
    await dumpTables(numoon);
    leaks = await searchDisk(numoon, [...canaries.known(), ...SEALED_WITHIN]);
  }, 200_000);

  afterAll(() => switchOn?.());

  const ofKinds = (kinds: readonly string[]) => leaks.filter(({ kind }) => kinds.includes(kind));

  it.each([...KEPT, ...SEALED_WITHIN.map(({ kind }) => kind)])(
    'finds each kind that is kept in data files, in the write-ahead log and in a dump: %s',
    (kind) => {
      const found = ofKinds([kind]).map(({ where }) => where);
      expect(found.some((where) => where.startsWith(join(numoon.cluster, 'base')))).toBe(true);
      expect(found.some((where) => where.startsWith(join(numoon.cluster, 'pg_wal')))).toBe(true);
      expect(found.some((where) => /\/dump\//.test(where))).toBe(true);
    },
  );

  it('finds every single canary that was kept, those of closed accounts and dead rows too', () => {
    const kept = canaries.known().filter(({ kind }) => (KEPT as readonly string[]).includes(kind));
    const found = new Set(leaks.map(({ secret }) => secret));
    expect(kept.length).toBeGreaterThanOrEqual(200);
    expect(kept.filter(({ value }) => !found.has(value)).map(({ kind }) => kind)).toEqual([]);
  });

  it('finds nothing of what is never kept, and no key or token: these do not hang on it', () => {
    throwLeaks(
      leaks.filter(
        ({ kind }) =>
          !ofKinds([...KEPT, ...SEALED_WITHIN.map((it) => it.kind)]).some((it) => it.kind === kind),
      ),
    );
    expect(ofKinds(NOT_KEPT)).toEqual([]);
    takeRefusals();
  });
});

/** A sort too large for memory, which stays on the disk while its cursor is open. */
async function holdTemporaryFile(adminUrl: string, secret: string): Promise<Client> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  await client.query(`SET work_mem = '64kB'`);
  await client.query('BEGIN');
  await client.query(
    `DECLARE sorting CURSOR FOR
      SELECT '${secret}' || n AS text FROM generate_series(1, 20000) n ORDER BY text DESC`,
  );
  await client.query('FETCH 1 FROM sorting');
  return client;
}

async function writeForms(file: string, secret: string): Promise<void> {
  const bytes = Buffer.from(`before ${secret} after`);
  const forms = [bytes.toString(), bytes.toString('base64'), bytes.toString('hex')];
  await writeFile(
    file,
    Buffer.concat([Buffer.from(forms.join('\n')), Buffer.from(secret, 'utf16le')]),
  );
}
