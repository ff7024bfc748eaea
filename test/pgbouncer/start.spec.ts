import { afterEach, describe, expect, it } from '@jest/globals';
import type { Client } from 'pg';
import { loadConfig } from '../../config/load.js';
import { openFoundation } from '../../src/entry/composition/foundation.js';
import { createLogger } from '../../src/infrastructure/logging/logger.js';
import { ChangeFeed } from '../../src/infrastructure/postgres/change-feed.js';
import { DatabaseServer } from '../../src/infrastructure/postgres/database-server.js';
import { inspectPooling } from '../../src/infrastructure/postgres/inspect-pooling.js';
import { Secret } from '../../src/kernel/secret.js';
import { findPgBouncer, startPgBouncer, type PgBouncerOptions } from '../support/pgbouncer.js';
import { cleanUp, createTempFolder, runSql, startTempServer } from '../support/temp-servers.js';
import { adminUrl, controlUrl } from '../support/test-postgres.js';

const binary = findPgBouncer();
const behindPgBouncer = binary === null ? describe.skip : describe;

const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  await cleanUp();
});

async function pooled(
  options: PgBouncerOptions,
  version: { translates: boolean } = { translates: false },
) {
  const pooler = await startPgBouncer(binary ?? '', adminUrl(), options);
  stops.push(() => pooler.stop());
  version.translates = Number(pooler.version.split('.')[1]) >= 21;
  return new Secret(pooler.through(controlUrl()));
}

const direct = () => new Secret(controlUrl());

/** The whole start, as far as it comes: the refusal is before anything is made. */
async function start(databaseUrl: Secret, databaseDirectUrl: Secret | null): Promise<never> {
  const dataDir = await createTempFolder();
  const config = loadConfig({}, { dataDir, databaseDirectUrl, catalogDatabase: 'numoon_never' });
  const opened = await openFoundation(config, databaseUrl, () => createLogger({ level: 'silent' }));
  await opened.close();
  throw new Error('It started.');
}

describe('without a pooler', () => {
  it('refuses DATABASE_DIRECT_URL alone, among the other faults and without its password', () => {
    const env = { DATABASE_DIRECT_URL: 'postgres://numoon:hidden@db/postgres', PORT: 'none' };
    const refused = {
      code: 'config_invalid',
      fields: { faults: [expect.anything(), expect.stringContaining('DATABASE_DIRECT_URL')] },
    };
    expect(() => loadConfig(env)).toThrow(expect.objectContaining(refused));
    expect(() => loadConfig(env)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hidden') }),
    );
  });

  it('finds none, and statements have names', async () => {
    const found = { pooler: 'none', keepsNames: true };
    expect(await inspectPooling(new DatabaseServer(direct()), false)).toEqual(found);
    expect(await inspectPooling(new DatabaseServer(direct(), direct()), true)).toEqual(found);
  });

  it('refuses a direct URL that leads to another server or signs in as another role', async () => {
    const elsewhere = await startTempServer({ dataDir: await createTempFolder() });
    const refusal = { code: 'direct_url_elsewhere' };
    await expect(start(direct(), new Secret(elsewhere.controlUrl))).rejects.toMatchObject(refusal);
    await expect(start(direct(), new Secret(adminUrl()))).rejects.toMatchObject(refusal);
  });
});

behindPgBouncer('behind PgBouncer', () => {
  it.each<[string, PgBouncerOptions]>([
    ['with a pool that other clients use too', {}],
    ['that goes round its sessions', { settings: { server_round_robin: 1 } }],
    ['with one session', { settings: { default_pool_size: 1 } }],
  ])('finds a pooler of transactions %s', async (_, options) => {
    const version = { translates: false };
    const url = await pooled(options, version);
    const { translates } = version;
    expect(await inspectPooling(new DatabaseServer(url, direct()), true)).toEqual({
      pooler: 'transactions',
      keepsNames: translates,
    });
  });

  it('finds that it does not translate names', async () => {
    const url = await pooled({ maxPreparedStatements: 0 });
    expect(await inspectPooling(new DatabaseServer(url, direct()), true)).toEqual({
      pooler: 'transactions',
      keepsNames: false,
    });
  });

  it('takes one of sessions for a session, also as the only way', async () => {
    const server = new DatabaseServer(await pooled({ poolMode: 'session' }));
    expect(await inspectPooling(server, false)).toEqual({ pooler: 'sessions', keepsNames: true });
  });

  it('carries no feed: one that listens through it is never trusted, though its connection stands', async () => {
    const pooler = await startPgBouncer(binary ?? '', adminUrl());
    stops.push(() => pooler.stop());
    const through = new DatabaseServer(new Secret(pooler.through(controlUrl())));
    const pool = new DatabaseServer(direct()).openPool('postgres', { max: 1 });
    stops.unshift(() => pool.end());
    const made: Client[] = [];
    const feed = new ChangeFeed(
      async () => {
        made.push(await through.connect('postgres'));
        return made[0] as Client;
      },
      async (text, values) => (await pool.query(text, values)).rows as never,
    );
    stops.unshift(() => feed.close());
    await feed.start();
    expect([feed.live, made.length]).toEqual([false, 1]);
  });

  it('refuses the start by name, and says what to set', async () => {
    const url = await pooled({});
    await expect(start(url, null)).rejects.toMatchObject({
      code: 'direct_url_missing',
      message: expect.stringContaining('set DATABASE_DIRECT_URL'),
    });
    await expect(start(url, url)).rejects.toMatchObject({ code: 'direct_url_is_pooler' });
    const statements = await pooled({ poolMode: 'statement' });
    await expect(start(statements, direct())).rejects.toMatchObject({
      code: 'pooler_without_sessions',
    });
    const made = await runSql(adminUrl(), `SELECT FROM pg_database WHERE datname = 'numoon_never'`);
    expect(made).toEqual([]);
  });
});
