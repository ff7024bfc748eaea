import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { takeRefusals } from '../support/canaries/answers.js';
import { watchDatabasePasswords } from '../support/canaries/database-passwords.js';
import { searchSinks, throwLeaks, type Leak } from '../support/canaries/leaks.js';
import type { Known } from '../support/canaries/registry.js';
import { cleanUp, createTempFolder } from '../support/temp-servers.js';
import { Canaries, KEPT } from './support/canaries.js';
import { dumpTables } from './support/dump.js';
import { GUESSABLE } from './support/keep-alive-client.js';
import { leaveMarks, without, type Marks } from './support/marks.js';
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
  people: 120,
  keys: 24,
  renamings: 3,
  refusals: 27,
  wrongSignIns: 2,
};

/** Said by nobody: parts of what is sealed that are the same everywhere. */
const SEALED_TOO: Known[] = [
  { kind: 'password hash', value: '$argon2id$v=19$m=19456,t=2,p=1$' },
  { kind: 'audit details', value: '{"fields":["name","slug"]}' },
];
const SEALED_KINDS: readonly string[] = [...KEPT, ...SEALED_TOO.map(({ kind }) => kind)];

const running: OwnNuMoon[] = [];

afterAll(async () => {
  for (const numoon of running) {
    await numoon.stop();
    await removeCluster(numoon);
  }
  await cleanUp();
});

/** A NuMoon to which everything was said, with all that it knows in its files. */
async function startAndPlant(canaries: Canaries, amounts: Amounts): Promise<OwnNuMoon> {
  watchDatabasePasswords();
  const numoon = await startOwnNuMoon(await createTempFolder());
  running.push(numoon);
  await noteKeys(numoon, await plantAll(numoon, canaries, amounts));
  await checkpoint(numoon);
  await dumpTables(numoon);
  return numoon;
}

describe('who takes the whole disk of a NuMoon', () => {
  let numoon: OwnNuMoon;
  let canaries: Canaries;
  let marks: Marks;
  let leaks: Leak[];
  const known = (): Known[] => [...canaries.known(), ...SEALED_TOO];
  const places = (secret: string) => leaks.filter((leak) => leak.secret === secret);

  beforeAll(async () => {
    canaries = new Canaries();
    numoon = await startAndPlant(canaries, TEN_THOUSAND);
    marks = await leaveMarks(numoon, canaries);
    leaks = await searchDisk(numoon, known());
    await marks.remove();
  }, 400_000);

  it('finds none of 10,000 canaries, no key, no password and no token', () => {
    expect(canaries.planted).toBeGreaterThanOrEqual(10_000);
    const secrets = new Set(without(known(), marks).map(({ value }) => value));
    throwLeaks(leaks.filter(({ kind, secret }) => secrets.has(secret) && kind !== GUESSABLE));
  });

  it('finds no hash that a guess of an address or a password could be compared with', () => {
    throwLeaks(leaks.filter(({ kind }) => kind === GUESSABLE));
  });

  it('would have found one in a log, in a temporary file of the server, and in any form', () => {
    const log = join(numoon.dataDir, 'numoon.log');
    expect(places(marks.logged).map(({ where }) => where)).toEqual([log]);
    const temporary = /\/base\/pgsql_tmp\/pgsql_tmp\d+\.\d+$/;
    expect(places(marks.sorted).some(({ where }) => temporary.test(where))).toBe(true);
    const forms = places(marks.written).map(({ form }) => form);
    expect(forms).toEqual(['plain', 'base64', 'hex', 'utf16le']);
  });

  it('is told none by the answers that refused something', () => {
    const refusals = takeRefusals().map(({ name, content }) => ({ name, content }));
    const content = refusals.map((refusal) => String(refusal.content)).join('\n');
    expect(refusals.length).toBeGreaterThan(1_000);
    const answers = { name: 'the refusals', content, except: ['field name'] };
    throwLeaks(searchSinks(known(), [answers]));
  });

  it('finds none in what is written last, when all has stopped', async () => {
    await numoon.stop();
    const { cluster } = numoon;
    const searched = ['base', 'pg_wal', '../dump'].map((folder) => join(cluster, folder));
    throwLeaks(await searchDisk(numoon, without(known(), marks), searched));
  });
});

describe('who takes it with encryption switched off', () => {
  let numoon: OwnNuMoon;
  let canaries: Canaries;
  let leaks: Leak[];
  let switchOn: (() => void) | undefined;

  beforeAll(async () => {
    switchOn = switchEncryptionOff();
    canaries = new Canaries();
    numoon = await startAndPlant(canaries, SOME);
    leaks = await searchDisk(numoon, [...canaries.known(), ...SEALED_TOO]);
  }, 200_000);

  afterAll(() => switchOn?.());

  it.each(SEALED_KINDS)(
    'finds all that is kept in data files, in the write-ahead log and in a dump: %s',
    (kind) => {
      const places = leaks.filter((leak) => leak.kind === kind).map(({ where }) => where);
      const isFoundIn = (folder: string) => places.some((place) => place.startsWith(folder));
      expect(isFoundIn(join(numoon.cluster, 'base'))).toBe(true);
      expect(isFoundIn(join(numoon.cluster, 'pg_wal'))).toBe(true);
      expect(isFoundIn(join(numoon.cluster, '..', 'dump'))).toBe(true);
    },
  );

  it('finds every single canary that was kept, those of closed accounts and dead rows too', () => {
    const kept = canaries.known().filter(({ kind }) => SEALED_KINDS.includes(kind));
    const found = new Set(leaks.map(({ secret }) => secret));
    expect(kept.length).toBeGreaterThanOrEqual(300);
    expect(kept.filter(({ value }) => !found.has(value)).map(({ kind }) => kind)).toEqual([]);
  });

  it('finds no more than that: what is never kept, and no key, does not hang on it', () => {
    const others = leaks.filter(({ kind }) => !SEALED_KINDS.includes(kind));
    throwLeaks(others.filter(({ kind }) => kind !== GUESSABLE));
    takeRefusals();
  });
});
