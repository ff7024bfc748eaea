import { createHash, randomBytes } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadConfig, type Config } from '../../config/load.js';
import { runServer, type RunningServer } from '../../src/entry/composition/run-server.js';
import { createLogger } from '../../src/infrastructure/logging/logger.js';
import { Secret } from '../../src/kernel/secret.js';
import { dropInstallation } from '../support/drop-installation.js';
import { ADMIN_TOKEN, callApi } from '../support/test-app.js';
import { adminUrl, controlUrl, createTestCatalogNames } from '../support/test-postgres.js';

/** What an operator may do to the keys of an installation while it is stopped. */
const names = createTestCatalogNames();
const otherNames = createTestCatalogNames();

let root: string;
/** The folder as it was when NuMoon stopped, and a tenant in it. */
let sound: string;
let apiKey: string;
let tenantId: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'numoon-lost-'));
  sound = join(root, 'sound');
  const server = await start(sound);
  const answer = await callApi(server.url, 'POST', '/v1/signup', {
    body: {
      organization: 'Bluebird Coffee',
      isolation: 'schema',
      owner: { name: 'Ada', email: 'ada@example.com', password: 'correct horse battery' },
    },
  });
  apiKey = answer.body.apiKey as string;
  tenantId = answer.body.tenant.id as string;
  await server.stop();
});

afterAll(async () => {
  for (const { catalogDatabase, sharedDatabase } of [names, otherNames]) {
    await dropInstallation(adminUrl(), catalogDatabase, sharedDatabase);
  }
  await rm(root, { recursive: true, force: true });
});

async function start(dataDir: string, overrides: Partial<Config> = {}): Promise<RunningServer> {
  const quiet = { stockDatabases: 0, stockSchemas: 0, role: 'api', logLevel: 'silent' } as const;
  return runServer({
    config: loadConfig({}, { port: 0, dataDir, ...names, ...quiet, ...overrides }),
    databaseUrl: new Secret(controlUrl()),
    profile: 'own server',
    version: '0.0.0-test',
    adminToken: new Secret(ADMIN_TOKEN),
    logger: createLogger({ level: 'silent' }),
  });
}

/** Every file and folder, with the hash of what is in it. */
async function contentOf(folder: string): Promise<Record<string, string>> {
  const content: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    content[path.slice(folder.length)] = entry.isDirectory()
      ? 'a folder'
      : createHash('sha256')
          .update(await readFile(path))
          .digest('hex');
  }
  return content;
}

async function refusalOf(dataDir: string, overrides: Partial<Config> = {}): Promise<unknown> {
  const server = await start(dataDir, overrides).catch((error: unknown) => error);
  if (server instanceof Error) return server;
  await (server as RunningServer).stop();
  throw new Error('It started.');
}

async function flipByte(file: string, at: number): Promise<void> {
  const bytes = await readFile(file);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  await writeFile(file, bytes);
}

async function expectServed(dataDir: string): Promise<void> {
  const server = await start(dataDir);
  try {
    const answer = await callApi(server.url, 'GET', '/v1/tenant', { key: apiKey });
    expect(answer.body).toMatchObject({ id: tenantId, name: 'Bluebird Coffee' });
  } finally {
    await server.stop();
  }
}

const ROOT_SECRET = join('keyring', 'secrets', 'central', 'root');

const CASES: {
  what: string;
  code: string;
  recovery: RegExp;
  damage: (dataDir: string) => Promise<unknown>;
  overrides?: Partial<Config>;
}[] = [
  {
    what: 'its master key gone',
    code: 'master_key_missing',
    recovery: /Put the key file back from your backup/,
    damage: (dir) => rm(join(dir, 'master.key')),
  },
  {
    what: 'another key in the place of its master key',
    code: 'master_key_wrong',
    recovery: /Use the key file that belongs to this folder/,
    damage: (dir) => writeFile(join(dir, 'master.key'), randomBytes(32)),
  },
  {
    what: 'half of its master key',
    code: 'master_key_invalid',
    recovery: /must have 32 bytes, not 16/,
    damage: (dir) => writeFile(join(dir, 'master.key'), randomBytes(16)),
  },
  {
    what: 'its keyring gone',
    code: 'root_key_missing',
    recovery: /Put back the key store/,
    damage: (dir) => rm(join(dir, 'keyring'), { recursive: true }),
  },
  {
    what: 'its keyring and its master key gone',
    code: 'root_key_missing',
    recovery: /Put back the key store \(the keyring folder with its master key/,
    damage: async (dir) => {
      await rm(join(dir, 'keyring'), { recursive: true });
      await rm(join(dir, 'master.key'));
    },
  },
  {
    what: 'its root key gone',
    code: 'root_key_missing',
    recovery: /Put back the key store/,
    damage: (dir) => rm(join(dir, ROOT_SECRET)),
  },
  {
    what: 'its root key edited',
    code: 'root_key_wrong',
    recovery: /restore catalog and key store of one moment/,
    damage: (dir) => flipByte(join(dir, ROOT_SECRET), 60),
  },
  {
    what: 'its root key cut short',
    code: 'root_key_wrong',
    recovery: /restore catalog and key store of one moment/,
    damage: (dir) => writeFile(join(dir, ROOT_SECRET), ''),
  },
  {
    what: 'the folder of another NuMoon',
    code: 'secret_store_taken',
    recovery: /Give this one a data folder, or mounts in Vault, of its own/,
    damage: () => Promise.resolve(),
    overrides: otherNames,
  },
];

describe('a start with', () => {
  it.each(CASES)('$what is refused, changes nothing, and says how to recover', async (it) => {
    const dataDir = join(root, randomBytes(6).toString('hex'));
    await cp(sound, dataDir, { recursive: true });
    await it.damage(dataDir);
    const before = await contentOf(dataDir);

    for (let attempt = 1; attempt <= 2; attempt += 1) {
      const error = await refusalOf(dataDir, it.overrides);
      expect(error).toMatchObject({ code: it.code, message: expect.stringMatching(it.recovery) });
      expect(await contentOf(dataDir)).toEqual(before);
    }

    // The backup is put back over what is there.
    await cp(sound, dataDir, { recursive: true, force: true });
    await expectServed(dataDir);
    await rm(dataDir, { recursive: true });
  });

  it('the master key readable by others is refused until it is not', async () => {
    const dataDir = join(root, 'exposed');
    await cp(sound, dataDir, { recursive: true });
    await rename(join(dataDir, 'master.key'), join(dataDir, 'aside'));
    await writeFile(join(dataDir, 'master.key'), await readFile(join(dataDir, 'aside')), {
      mode: 0o644,
    });

    expect(await refusalOf(dataDir)).toMatchObject({
      code: 'master_key_exposed',
      message: expect.stringContaining('chmod 600'),
    });
  });

  it('everything as it was serves the tenant', async () => {
    await expectServed(sound);
  });
});
