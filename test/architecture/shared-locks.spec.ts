import { expect, test } from '@jest/globals';
import { sources, withoutComments } from './sources.js';

/**
 * Advisory locks are one space for all who are connected to a database. In one with several tenants each of
 * them sees which are held, and can hold them: so what runs there locks rows.
 */
test('nothing that runs in a tenant’s place takes an advisory lock', () => {
  const found = sources(['src/data-plane', 'src/tenancy', 'tenants'], ['.ts'])
    .filter(({ text }) => /advisory/.test(withoutComments(text)))
    .map(({ path }) => path);
  expect(found).toEqual([]);
});
