import { describe, expect, test } from '@jest/globals';
import { sources, withoutComments } from './sources.js';

/** Both sides keep sealed answers, each beside the data they speak of. */
const ON_BOTH_SIDES = new Set(['sealed_responses']);

const CATALOG = tablesIn('migrations');
const TENANT = tablesIn('tenants/migrations');

describe('the catalog and the tenants', () => {
  test('have tables to tell apart', () => {
    expect(CATALOG).toContain('placements');
    expect(TENANT).toContain('members');
    expect(CATALOG.filter((table) => TENANT.includes(table))).toEqual([...ON_BOTH_SIDES]);
  });

  test('nothing under tenants/ names a table of the catalog', () => {
    expect(mentions('tenants', CATALOG)).toEqual([]);
  });

  test('nothing under migrations/ names a table of a tenant', () => {
    expect(mentions('migrations', TENANT)).toEqual([]);
  });
});

function tablesIn(folder: string): string[] {
  return sources([folder], ['.ts']).flatMap(({ text }) =>
    [...text.matchAll(/CREATE TABLE (?:IF NOT EXISTS )?(\w+)/g)].map(([, table]) => String(table)),
  );
}

function mentions(folder: string, tables: readonly string[]): string[] {
  const searched = tables.filter((table) => !ON_BOTH_SIDES.has(table));
  return sources([folder], ['.ts', '.sql']).flatMap(({ path, text }) => {
    const code = withoutComments(text).replaceAll(/^import .*$/gm, '');
    return searched
      .filter((table) => new RegExp(`\\b${table}\\b`).test(code))
      .map((table) => `${path} names ${table}`);
  });
}
