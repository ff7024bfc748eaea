import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { relative, sep } from 'node:path';
import { takeRefusals } from '../support/canaries/answers.js';
import { cleanUp, createTempFolder } from '../support/temp-servers.js';
import { closeAtOnce, signUpSome, type Account } from './support/accounts.js';
import { Canaries } from './support/canaries.js';
import { listFiles } from './support/list-files.js';
import { removeCluster, startOwnNuMoon, type OwnNuMoon } from './support/own-numoon.js';
import { searchDisk } from './support/search.js';
import { inPlace, placementOf, readWrappedKeys } from './support/stored.js';

let numoon: OwnNuMoon;
let closed: Account[];
let left: Account[];
/** The wrapped data keys of the closed accounts, as their databases held them. */
let wrapped: string[];
let before: string[];
let after: string[];

beforeAll(async () => {
  numoon = await startOwnNuMoon(await createTempFolder());
  const accounts = await signUpSome(numoon.client, new Canaries(), 2);
  closed = accounts.slice(0, 2);
  left = accounts.slice(2);
  wrapped = (await Promise.all(closed.map(wrappedOf))).flat();
  before = await listFiles(numoon.dataDir);
  for (const account of closed) await closeAtOnce(numoon.client, account);
  after = await listFiles(numoon.dataDir);
}, 120_000);

afterAll(async () => {
  takeRefusals();
  await numoon?.stop();
  if (numoon !== undefined) await removeCluster(numoon);
  await cleanUp();
});

async function wrappedOf({ id }: Account): Promise<string[]> {
  const place = await placementOf(numoon.adminUrl, numoon.config.catalogDatabase, id);
  const keys = await inPlace(numoon.adminUrl, place, readWrappedKeys);
  return keys.map((key) => key.wrapped);
}

/** Files outside the server’s own folder whose path names the tenant. */
function filesOf(files: readonly string[], { id }: Account): string[] {
  const own = files.map((file) => relative(numoon.dataDir, file));
  return own.filter((file) => file.split(sep)[0] !== 'postgres' && file.includes(id));
}

describe('after a purge', () => {
  it('no file or folder of the key store names the account; those of others are as they were', () => {
    for (const account of closed) {
      expect(filesOf(before, account)).not.toEqual([]);
      expect(filesOf(after, account)).toEqual([]);
    }
    for (const account of left) expect(filesOf(after, account)).toEqual(filesOf(before, account));
  });

  it('its wrapped data key lies in files of PostgreSQL only, where nothing opens it', async () => {
    expect(wrapped).toHaveLength(closed.length);
    const known = wrapped.map((value) => ({ kind: 'wrapped data key', value }));
    const leaks = await searchDisk(numoon, known);
    // That the search sees it where it is: the log of the server’s own changes still has it.
    expect(leaks.some(({ where }) => where.startsWith(numoon.cluster))).toBe(true);
    expect(leaks.filter(({ where }) => !where.startsWith(numoon.cluster))).toEqual([]);
  });
});
