import { readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { searchFolder, type Leak } from '../../support/canaries/leaks.js';
import { noteSecret, noteUrl, type Known } from '../../support/canaries/registry.js';
import { runSql } from '../../support/temp-servers.js';
import type { Account } from './accounts.js';
import type { OwnNuMoon } from './own-numoon.js';
import { searchWal } from './read-wal.js';

/** Files that hold a secret because that is what they are for; nothing else may be in them. */
const MEANT: Readonly<Record<string, string>> = {
  'master.key': 'master key',
  'postgres.url': 'database password',
  'postgres-control.url': 'database password',
};

/**
 * Every byte in the data folder and in the folder of the server: data files of all databases, the
 * write-ahead log, temporary files, statistics, the keyring, both logs, the dump.
 *
 * @param skip folders left out with all below them
 */
export async function searchDisk(
  { cluster, dataDir }: OwnNuMoon,
  known: readonly Known[],
  skip: readonly string[] = [],
): Promise<Leak[]> {
  // Where the server's files lie outside, the data folder has a link, which is not followed.
  const outside = relative(dataDir, cluster).startsWith('..');
  const leaks = await searchFolder(known, dataDir, skip);
  if (outside) leaks.push(...(await searchFolder(known, dirname(cluster), skip)));
  if (!skip.includes(join(cluster, 'pg_wal'))) leaks.push(...(await searchWal(cluster, known)));
  return leaks.filter(({ where, kind }) => MEANT[relative(dataDir, where)] !== kind);
}

/** All that is still in the server's memory goes to its files. */
export async function checkpoint({ adminUrl }: OwnNuMoon): Promise<void> {
  await runSql(adminUrl, 'CHECKPOINT');
}

/** The keys themselves, in clear: of the installation, of the accounts, of the embedded server. */
export async function noteKeys(
  { app, dataDir }: OwnNuMoon,
  accounts: readonly Account[],
): Promise<void> {
  const { tools, tenantDatabase, tenancy } = app.foundation;
  noteSecret('master key', await readFile(join(dataDir, 'master.key')));
  for (const name of ['postgres.url', 'postgres-control.url']) {
    noteUrl('database password', (await readFile(join(dataDir, name), 'utf8')).trim());
  }
  const root = await tools.secrets.get({ tenantId: 'central', name: 'root' });
  noteSecret('root key', Buffer.from(String(root?.['key']), 'base64'));
  for (const { id } of accounts) {
    const actor = { kind: 'system', job: 'test.look' } as const;
    const keys = await tenancy.run(id, actor, () =>
      tenantDatabase.query<{ wrapped: string }>({
        text: 'SELECT wrapped FROM data_keys',
        values: [],
      }),
    );
    for (const { wrapped } of keys) {
      const material = await tools.keys.unwrap(id, wrapped);
      noteSecret('data key', material.subarray(0, 32));
      noteSecret('look-up key', material.subarray(32));
    }
  }
}
