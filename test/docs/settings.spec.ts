import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import * as prettier from 'prettier';
import { SETTINGS } from '../../config/schema.js';
import { settingsPage } from './settings-page.js';

const PAGE = fileURLToPath(new URL('../../docs/settings.md', import.meta.url));

/** How to make it anew; the variable is read by this file alone. */
const COMMAND = 'NUMOON_TEST_WRITE_DOCS=1 npm test -- test/docs/settings.spec.ts';

test('docs/settings.md is what config/schema.ts says', async () => {
  const options = await prettier.resolveConfig(PAGE);
  const wanted = await prettier.format(settingsPage(Object.values(SETTINGS)), {
    ...options,
    parser: 'markdown',
  });
  if (process.env['NUMOON_TEST_WRITE_DOCS'] === '1') await writeFile(PAGE, wanted);
  const page = await readFile(PAGE, 'utf8').catch(() => '');
  if (page !== wanted) {
    throw new Error(`docs/settings.md is out of date. Make it anew: ${COMMAND}`);
  }
  expect(page).toContain('`NUMOON_DATA_DIR`');
});
