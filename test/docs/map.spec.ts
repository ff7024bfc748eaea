import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ROOT } from './running-program.js';

const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'docs/map.md',
  'docs/when-things-go-wrong.md',
  ...readdirSync(join(ROOT, 'docs/decisions')).map((name) => `docs/decisions/${name}`),
];

/** Folders of ours that text in backticks may name a path of. */
const OURS =
  /^(?:config|docs|migrations|sandbox|scripts|src|tenants|test)\/[\w./-]+$|^\.[a-z]+\.json$/;

describe('the map', () => {
  test('every answer is there', async () => {
    const map = await readFile(join(ROOT, 'docs/map.md'), 'utf8');
    const rows = map.split('\n').filter((line) => line.startsWith('| ...'));
    expect(rows.length).toBeGreaterThan(40);
    const pathless = rows.filter((row) => pathsIn(row).length === 0);
    expect(pathless).toEqual([]);
  });
});

describe('every page', () => {
  test.each(PAGES)('%s names only paths that exist', async (page) => {
    const text = await readFile(join(ROOT, page), 'utf8');
    expect(pathsIn(text).filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  test.each(PAGES)('%s links only to pages that exist', async (page) => {
    const text = await readFile(join(ROOT, page), 'utf8');
    const links = [...text.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, link]) => String(link));
    const broken = links
      .filter((link) => !/^https?:/.test(link))
      .filter((link) => !existsSync(join(ROOT, dirname(page), link)));
    expect(broken).toEqual([]);
  });
});

function pathsIn(text: string): string[] {
  return [...text.matchAll(/`([^`\n]+)`/g)]
    .map(([, code]) => String(code))
    .filter((code) => OURS.test(code));
}
