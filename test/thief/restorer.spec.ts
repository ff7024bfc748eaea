import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isSealed } from '../../src/infrastructure/envelope/sealed-format.js';
import { Secret } from '../../src/kernel/secret.js';
import { takeRefusals } from '../support/canaries/answers.js';
import { cleanUp, createTempFolder, startTempServer } from '../support/temp-servers.js';
import { closeAtOnce, rename, signUpSome, type Account } from './support/accounts.js';
import { Canaries } from './support/canaries.js';
import { copyCluster, copyKeys } from './support/copies.js';
import { Insider } from './support/insider.js';
import { candidateKeys, countOpened, keptAnswers } from './support/kept-answers.js';
import {
  ownConfig,
  removeCluster,
  runNuMoon,
  startOwnNuMoon,
  type OwnNuMoon,
} from './support/own-numoon.js';
import { plantKeys, plantPeople } from './support/people.js';
import { inPlace, readCells, type Cell } from './support/stored.js';

const PEOPLE_EACH = 6;
const KEYS_EACH = 3;
/** Names, addresses and audit log together, at the least. */
const CELLS_EACH = 25;
/** Every signup, invitation and new API key was asked for with an Idempotency-Key; some twice. */
const ANSWERS_EACH = 1 + PEOPLE_EACH + KEYS_EACH;

/** What anybody would ask first. */
const PATHS = ['me', 'tenant', 'members', 'api-keys', 'audit-log'];

let canaries: Canaries;
/** One account of each isolation was closed after the copy was made, one was not. */
let closed: Account[];
let left: Account[];
/** With the key store of now, and with a copy of it from before the closure. */
let insider: Insider;
let earlier: Insider;
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  canaries = new Canaries();
  const dataDir = await createTempFolder();
  const restoredDir = await createTempFolder();
  const earlierDir = await createTempFolder();

  const before = await startAndStopLast(dataDir);
  const accounts = await signUpSome(before.client, canaries, 2);
  closed = accounts.slice(0, 2);
  left = accounts.slice(2);
  await plantPeople(before.client, canaries, accounts, PEOPLE_EACH * accounts.length);
  await plantKeys(before.client, canaries, accounts, KEYS_EACH * accounts.length);
  for (const account of accounts) await rename(before.client, canaries, account, 1);
  await before.stop();
  await copyCluster(before, restoredDir);
  await copyKeys(before, earlierDir);

  const after = await startAndStopLast(dataDir);
  for (const account of closed) await closeAtOnce(after.client, account);
  await after.stop();
  await copyKeys(after, restoredDir);

  const copy = await startTempServer({ dataDir: restoredDir });
  const become = async (keysIn: string): Promise<Insider> => {
    // Without background work, which would tidy away what does not fit together.
    const config = ownConfig(keysIn, { role: 'api' });
    const numoon = await runNuMoon(config, new Secret(copy.controlUrl));
    stops.push(numoon.stop);
    return new Insider(numoon, copy.adminUrl);
  };
  insider = await become(restoredDir);
  earlier = await become(earlierDir);
}, 180_000);

afterAll(async () => {
  takeRefusals();
  for (const stop of stops.toReversed()) await stop();
  await cleanUp();
});

async function startAndStopLast(dataDir: string): Promise<OwnNuMoon> {
  const numoon = await startOwnNuMoon(dataDir);
  stops.push(numoon.stop, () => removeCluster(numoon));
  return numoon;
}

/** All that were used: whoever sent them knows them. */
function idempotencyKeys(): string[] {
  const used = canaries.known().filter(({ kind }) => kind === 'idempotency key');
  return used.map(({ value }) => String(value));
}

const ids = (accounts: readonly Account[]): string[] => accounts.map(({ id }) => id);

async function cellsOf(who: Insider, accounts: readonly Account[]): Promise<Cell[]> {
  const cells = await Promise.all(accounts.map(({ id }) => who.cellsOf(id)));
  for (const of of cells) expect(of.length).toBeGreaterThanOrEqual(CELLS_EACH);
  return cells.flat();
}

/** What the product answers to the owners' own API keys. */
async function ask(who: Insider, accounts: readonly Account[]) {
  const replies = accounts.flatMap(({ key }) =>
    PATHS.map((path) => who.numoon.client.call({ method: 'GET', path: `/v1/${path}`, key })),
  );
  const answers = await Promise.all(replies);
  return {
    answers: answers.map(({ status, body }) => `${status} ${body.code ?? 'ok'}`),
    text: JSON.stringify(answers.map(({ body }) => body)),
  };
}

function signUpAgain(who: Insider, { signup }: Account) {
  return who.numoon.client.call({ method: 'POST', path: '/v1/signup', ...signup });
}

describe('a copy of the server from before a closure, and all that is left, give of the closed account', () => {
  it('no data key: the key that wraps them is gone, and no other account’s will do', async () => {
    for (const { id } of closed) {
      expect(await insider.unwrapEach(id)).toEqual(['key_missing']);
      for (const other of left) {
        expect(await insider.unwrapEach(id, other.id)).toEqual(['wrapped_key_broken']);
      }
    }
  });

  it('not one sealed cell, with any key, under any account’s name', async () => {
    const materials = await insider.materials(ids([...closed, ...left]));
    expect(materials).toHaveLength(2 * left.length + 1);
    expect(insider.open(await cellsOf(insider, closed), materials, ids(left))).toBe(0);
  });

  it('its login to the database, which leads to ciphertext only', async () => {
    for (const { id } of closed) {
      const placement = await insider.placementOf(id);
      const { logins } = insider.numoon.app.foundation.tools;
      // The password of a database role is under the installation's key and not the account's: it
      // opens, and the role is there, because it is in the copy. A superuser needs neither.
      const url = new URL(insider.adminUrl);
      url.username = placement.loginRole;
      url.password = logins.open(id, placement.loginRole, placement.loginSealed);
      const cells = await inPlace(url.href, placement, (query) => readCells(query, id));
      expect(cells.length).toBeGreaterThanOrEqual(CELLS_EACH);
      expect(cells.every(({ sealed }) => isSealed(sealed))).toBe(true);
    }
  });

  it('no answer that was kept, also for who knows its Idempotency-Key', async () => {
    const keys = candidateKeys(
      insider,
      idempotencyKeys(),
      await insider.materials(ids([...closed, ...left])),
    );
    for (const account of closed) {
      const again = await signUpAgain(insider, account);
      expect([again.status, again.body.code]).toEqual([409, 'idempotency_answer_gone']);
      const answers = await keptAnswers(insider, account.id);
      expect(answers.length).toBeGreaterThanOrEqual(ANSWERS_EACH);
      expect(countOpened(answers, keys)).toBe(0);
    }
  });

  it('nothing by asking NuMoon, started on it: neither with the API key nor with the password', async () => {
    const { answers, text } = await ask(insider, closed);
    expect(new Set(answers)).toEqual(new Set(['503 key_missing']));
    for (const { email, password } of closed) {
      const login = { method: 'POST', path: '/v1/login', body: { email, password } };
      const { status, headers } = await insider.numoon.client.call(login);
      expect([status, headers['set-cookie']]).toEqual([503, undefined]);
    }
    expect(text).not.toContain('nmcanary');
  });
});

describe('the same steps give of an account that was not closed', () => {
  it('its keys, every cell, its kept answers, and everything that NuMoon shows', async () => {
    const materials = await insider.materials(ids(left));
    const cells = await cellsOf(insider, left);
    expect(insider.open(cells, materials, [])).toBe(cells.length);
    const keys = candidateKeys(insider, idempotencyKeys(), materials);
    for (const account of left) {
      expect(await insider.unwrapEach(account.id)).toEqual(['opened']);
      const answers = await keptAnswers(insider, account.id);
      expect(answers.length).toBeGreaterThanOrEqual(ANSWERS_EACH);
      expect(countOpened(answers, keys)).toBe(answers.length);
      expect((await signUpAgain(insider, account)).body.apiKey).toBe(account.key);
    }
    const asked = await ask(insider, left);
    expect(new Set(asked.answers)).toEqual(new Set(['200 ok']));
    expect(asked.text).toContain('nmcanary');
  });
});

describe('with a copy of the key store from before the closure too', () => {
  // The limit of the promise: a key that was copied was not destroyed. Backups of the key store must
  // end before the time by which everything has to be gone.
  it('the closed account is read as if it had never been closed', async () => {
    const materials = await earlier.materials(ids(closed));
    const cells = await cellsOf(earlier, closed);
    expect(earlier.open(cells, materials, [])).toBe(cells.length);
    const { answers, text } = await ask(earlier, closed);
    expect(new Set(answers)).toEqual(new Set(['200 ok']));
    expect(text).toContain('nmcanary');
    for (const account of closed) {
      expect((await signUpAgain(earlier, account)).body.apiKey).toBe(account.key);
    }
  });
});
