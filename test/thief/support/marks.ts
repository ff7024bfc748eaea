import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import type { Known } from '../../support/canaries/registry.js';
import type { Canaries } from './canaries.js';
import type { OwnNuMoon } from './own-numoon.js';

/** Canaries put where a search must find them, so that one which finds nothing else has looked. */
export interface Marks {
  logged: string;
  /** In a temporary file of the server. */
  sorted: string;
  /** In a file of ours, in several forms. */
  written: string;
  remove(): Promise<void>;
}

export async function leaveMarks(numoon: OwnNuMoon, canaries: Canaries): Promise<Marks> {
  const logged = canaries.plant('mark');
  const sorted = canaries.plant('mark');
  const written = canaries.plant('mark');
  numoon.app.foundation.logger.trace(`somebody said ${logged}`);
  await writeForms(join(numoon.dataDir, 'forms'), written);
  const sorting = await holdTemporaryFile(numoon.adminUrl, sorted);
  return { logged, sorted, written, remove: () => sorting.end() };
}

export function without(known: readonly Known[], { logged, sorted, written }: Marks): Known[] {
  return known.filter(({ value }) => value !== logged && value !== sorted && value !== written);
}

/** A sort too large for memory, which stays on the disk while its cursor is open. */
async function holdTemporaryFile(adminUrl: string, secret: string): Promise<Client> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  await client.query(`SET work_mem = '64kB'`);
  await client.query('BEGIN');
  await client.query(
    `DECLARE sorting CURSOR FOR
      SELECT '${secret}' || n AS text FROM generate_series(1, 20000) n ORDER BY text DESC`,
  );
  await client.query('FETCH 1 FROM sorting');
  return client;
}

async function writeForms(file: string, secret: string): Promise<void> {
  const bytes = Buffer.from(`before ${secret} after`);
  const texts = [bytes.toString(), bytes.toString('base64'), bytes.toString('hex')].join('\n');
  await writeFile(file, Buffer.concat([Buffer.from(texts), Buffer.from(secret, 'utf16le')]));
}
