import { randomBytes } from 'node:crypto';
import { mkdir, open, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { randomWord } from '../../src/kernel/ids.js';
import { Scanner } from '../support/canaries/scanner.js';
import { cleanUp, createTempFolder } from '../support/temp-servers.js';

afterAll(cleanUp);

const TAIL = ' "Zoë" & Sons/ü 🦊';
const newCanary = (): string => `nmcanary${randomWord(16)}`;

const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();
const base64After = (before: number, text: string): string =>
  Buffer.concat([randomBytes(before), Buffer.from(`${text}..`)]).toString('base64');

/** How each form comes to be, written here without the scanner's own code. */
const WRITE: Record<string, (text: string) => string | Buffer> = {
  plain: (text) => text,
  json: (text) => JSON.stringify({ text }),
  percent: (text) => `/find?name=${encodeURIComponent(text)}`,
  'percent of a form': (text) => new URLSearchParams({ q: text }).toString(),
  'base64 at 0': (text) => base64After(0, text),
  'base64 at 1': (text) => base64After(1, text),
  'base64 at 2': (text) => base64After(2, text),
  'base64url at 0': (text) => Buffer.from(text).toString('base64url'),
  'base64url at 1': (text) => Buffer.from(`?${text}`).toString('base64url'),
  'base64url at 2': (text) => Buffer.from(`>>${text}`).toString('base64url'),
  hex: (text) => Buffer.from(text).toString('hex'),
  HEX: (text) => Buffer.from(text).toString('hex').toUpperCase(),
  utf16le: (text) => Buffer.from(text, 'utf16le'),
  utf16be,
};

/** Cuts at random places, often within a few bytes. */
async function* inParts(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length;) {
    const length = 1 + Math.floor(Math.random() * (Math.random() < 0.5 ? 4 : 200));
    yield bytes.subarray(at, at + length);
    at += length;
  }
}

describe.each(Object.keys(WRITE))('a canary written as %s', (form) => {
  const write = WRITE[form] as (text: string) => string | Buffer;

  test.each([
    ['of plain letters', ''],
    ['with quotes, blanks and letters beyond ASCII', TAIL],
  ])('is found once, %s, wherever it stands and however it is cut', async (_, tail) => {
    for (let run = 0; run < 40; run += 1) {
      const canary = newCanary() + tail;
      const scanner = new Scanner([newCanary(), canary, newCanary() + tail]);
      const before = randomBytes(Math.floor(Math.random() * 300));
      const bytes = Buffer.concat([before, Buffer.from(write(canary) as string), randomBytes(90)]);
      const cut = await scanner.scanStream(inParts(bytes), 'cut');
      expect(cut).toEqual([
        { file: 'cut', offset: expect.any(Number), form: expect.any(String), canary },
      ]);
      const [{ offset = 0, form: found = '' } = {}] = cut;
      expect(scanner.scanBytes(bytes, 'cut')).toEqual(cut);
      // A zero that happens to stand before little-endian text makes it big-endian text as well.
      expect(offset).toBeGreaterThanOrEqual(before.length - 1);
      // Without a tail these are written as plain text is, or as base64 is.
      const named = form.split(' ')[0] as string;
      const same =
        tail === '' ? { json: 'plain', percent: 'plain', base64url: 'base64' }[named] : '';
      const mirrored = offset < before.length && named === 'utf16le' ? 'utf16be' : '';
      expect([named, same, mirrored, 'base64']).toContain(found);
      if (!named.startsWith('base64')) expect(found).not.toBe('base64');
    }
  });

  test('is not found when another one was written', async () => {
    for (let run = 0; run < 40; run += 1) {
      const scanner = new Scanner(Array.from({ length: 20 }, () => newCanary() + TAIL));
      const bytes = Buffer.concat([randomBytes(50), Buffer.from(write(newCanary()) as string)]);
      expect(await scanner.scanStream(inParts(bytes), 'other')).toEqual([]);
    }
  });
});

test('a part of a canary is none', () => {
  const canary = newCanary();
  const scanner = new Scanner([canary]);
  for (let length = 0; length < canary.length; length += 1) {
    expect(scanner.scanBytes(canary.slice(0, length), 'part')).toEqual([]);
  }
  expect(scanner.scanBytes(canary, 'whole')).toHaveLength(1);
});

test('keys of random bytes and credentials without a common prefix are found too', () => {
  const key = randomBytes(32);
  const token = randomBytes(32).toString('base64url');
  const scanner = new Scanner([key, token, ...Array.from({ length: 300 }, () => randomBytes(20))]);
  const text = Buffer.concat([
    Buffer.from(`x-key: ${key.toString('base64')}; ${key.toString('hex')}`),
    key,
    Buffer.from(token),
  ]);
  const found = scanner.scanBytes(text, 'keys').map(({ form, canary }) => [form, canary]);
  expect(found).toEqual([
    ['base64', key],
    ['hex', key],
    ['plain', key],
    ['plain', token],
  ]);
});

test('what is too short to mean anything is refused', () => {
  expect(() => new Scanner(['nmcanary'])).toThrow('12 bytes or more');
});

test('a folder is read whole: below, names included, links not followed', async () => {
  const folder = await createTempFolder();
  const [inFile, inName, behindLink, inSkipped] = [
    newCanary(),
    newCanary(),
    newCanary(),
    newCanary(),
  ];
  await mkdir(join(folder, 'a', 'b'), { recursive: true });
  await writeFile(join(folder, 'a', 'b', 'file'), `. ${inFile}`);
  await writeFile(join(folder, 'a', `${inName}.txt`), '');
  await writeFile(join(folder, 'skipped'), inSkipped);
  const elsewhere = join(await createTempFolder(), 'elsewhere');
  await writeFile(elsewhere, behindLink);
  await symlink(elsewhere, join(folder, 'link'));
  const scanner = new Scanner([inFile, inName, behindLink, inSkipped]);
  const found = await scanner.scanFolder(folder, [join(folder, 'skipped')]);
  expect(found.map(({ canary }) => canary).toSorted()).toEqual([inFile, inName].toSorted());
  expect(await scanner.scanFolder(join(folder, 'absent'))).toEqual([]);
});

test('10,000 canaries are found on both sides of holes in a large sparse file, in reasonable time', async () => {
  const path = join(await createTempFolder(), 'sparse');
  const canaries = Array.from({ length: 10_000 }, newCanary);
  const file = await open(path, 'w');
  const hole = 64 * 1024 * 1024;
  for (let part = 0; part < 10; part += 1) {
    const some = canaries.slice(part * 1_000, (part + 1) * 1_000);
    const wide = part % 2 === 0 ? Buffer.from(some.join('\n')) : utf16be(some.join('\n'));
    // Begins just before a border of what is read at once.
    await file.write(wide, 0, wide.length, part * hole + 4 * 1024 * 1024 - 10);
  }
  await file.close();
  const startedAt = performance.now();
  const found = await new Scanner(canaries).scanFile(path);
  expect(performance.now() - startedAt).toBeLessThan(15_000);
  expect(new Set(found.map(({ canary }) => canary))).toEqual(new Set(canaries));
  expect(found).toHaveLength(10_000);
  await rm(path);
});
