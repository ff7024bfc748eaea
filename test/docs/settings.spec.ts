import { execFileSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { SETTINGS } from '../../config/schema.js';
import { ROOT } from './running-program.js';
import { settingsPage } from './settings-page.js';

const PAGE = join(ROOT, 'docs/settings.md');

/** How to make it anew; the variable is read by this file alone. */
const COMMAND = 'NUMOON_TEST_WRITE_DOCS=1 npm test -- test/docs/settings.spec.ts';

test('docs/settings.md is what the settings say', async () => {
  const wanted = formatted(settingsPage(Object.values(SETTINGS)));
  if (process.env['NUMOON_TEST_WRITE_DOCS'] === '1') await writeFile(PAGE, wanted);
  const page = await readFile(PAGE, 'utf8').catch(() => '');
  if (page !== wanted) throw new Error(`docs/settings.md has drifted. Make it anew: ${COMMAND}`);
  expect(page).toContain('`NUMOON_DATA_DIR`');
});

test('every group of settings is in the table, and nothing stands in two', async () => {
  const files = await readdir(join(ROOT, 'config/settings'));
  const groups: object[] = await Promise.all(
    files.map((file) => import(join(ROOT, 'config/settings', file))),
  );
  const defined = groups.flatMap((group) => Object.values(group)).flatMap(Object.entries);
  expect(defined.map(([key]) => key).toSorted()).toEqual(Object.keys(SETTINGS).toSorted());
  const names = Object.values(SETTINGS).map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

function formatted(markdown: string): string {
  const prettier = join(ROOT, 'node_modules/prettier/bin/prettier.cjs');
  return execFileSync(process.execPath, [prettier, '--stdin-filepath', PAGE], {
    cwd: ROOT,
    input: markdown,
    encoding: 'utf8',
  });
}
