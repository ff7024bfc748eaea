import { describe, expect, test } from '@jest/globals';
import { sources, withoutComments } from './sources.js';

/** Opens its own on purpose, and why. */
const EXEMPT: Readonly<Record<string, string>> = {
  'bench/peers/data-source-per-tenant.ts':
    'is the usual tutorial that the product is measured against',
};

/** The one place. Its clients and pools have their listeners from the start. */
const PLACE = 'src/infrastructure/postgres/connections.ts';

const REMEDY = `Open it with openPool or openClient of ${PLACE}: a connection without a listener ends the process when the server drops it.`;

describe('connections to PostgreSQL', () => {
  test(`are made in ${PLACE} and nowhere else`, () => {
    const files = sources(
      ['src', 'config', 'migrations', 'tenants', 'sandbox', 'scripts', 'bench'],
      ['.ts', '.mts', '.js', '.mjs', '.cjs'],
    );
    expect(files.length).toBeGreaterThan(500);
    const bare = files
      .filter(({ path }) => path !== PLACE && !Object.hasOwn(EXEMPT, path))
      .flatMap(({ path, text }) =>
        bareDrivers(text).map((found) => `${path}: ${found}. ${REMEDY}`),
      );
    expect(bare).toEqual([]);
    const [place] = files.filter(({ path }) => path === PLACE);
    expect(bareDrivers(place?.text ?? '')).not.toEqual([]);
  });

  test.each([
    `import { Pool } from 'pg';`,
    `import { Client, type ClientConfig } from "pg";`,
    `import pg from 'pg';`,
    `import * as driver from 'pg';`,
    `import {\n  type PoolClient,\n  Pool,\n} from 'pg';`,
    `export { Client } from 'pg';`,
    `export * from 'pg';`,
    `const { Pool } = await import('pg');`,
    `const pg = require('pg');`,
    `import Pool from 'pg-pool';`,
    `import Client from 'pg/lib/client.js';`,
    `new PostgresBackend({ connectionString: url })`,
    `new PostgresBackend({ poolConfig, tableName })`,
    `new DataSource({ type: 'postgres', url })`,
  ])('a bare one is found: %s', (text) => {
    expect(bareDrivers(text)).not.toEqual([]);
  });

  test.each([
    `import type { Pool } from 'pg';`,
    `import type pg from 'pg';`,
    `import { type Client, type Pool } from 'pg';`,
    `import { parse } from 'pg-connection-string';`,
    `import { escapeIdentifier } from 'pg';`,
    `// import { Pool } from 'pg';`,
    `export type { Client } from 'pg';`,
    `new PostgresBackend({ pool, tableName: 'jobs' })`,
    `new DataSource({ type: 'postgres', driver: driverOver(Shared) })`,
  ])('what opens nothing is let be: %s', (text) => {
    expect(bareDrivers(text)).toEqual([]);
  });
});

/** Packages whose values can open a connection. */
const DRIVER = String.raw`['"](?:pg|pg-pool|pg-native|postgres|slonik|pg-promise)(?:/[^'"]*)?['"]`;

/** What in this text brings a driver in as a value, or lets a library make connections of its own. */
function bareDrivers(source: string): string[] {
  const text = withoutComments(source);
  const imports = [
    ...text.matchAll(
      new RegExp(String.raw`\b(?:import|export)\s+([^;'"]*?)\s*from\s*${DRIVER}`, 'g'),
    ),
  ].filter(([, clause]) => !bringsOnlyTypes(String(clause)));
  const late = [
    ...text.matchAll(new RegExp(String.raw`\b(?:import|require)\s*\(\s*${DRIVER}`, 'g')),
    ...text.matchAll(new RegExp(String.raw`\bimport\s+${DRIVER}`, 'g')),
  ];
  const backends = [...text.matchAll(/new PostgresBackend\(\{([^}]*)/g)].filter(
    ([, options]) => !/\bpool\b/.test(String(options)),
  );
  const dataSources = [...text.matchAll(/type: 'postgres',[^;]*/g)].filter(
    ([options]) => !options.includes('driver: driverOver('),
  );
  return [...imports, ...late, ...backends, ...dataSources].map(([found]) => found);
}

function bringsOnlyTypes(clause: string): boolean {
  if (/^type\b/.test(clause)) return true;
  const names = /^\{([\s\S]*)\}$/.exec(clause.trim())?.[1];
  if (names === undefined) return false;
  return names
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .every((name) => name.startsWith('type ') || /^escape(Identifier|Literal)$/.test(name));
}
