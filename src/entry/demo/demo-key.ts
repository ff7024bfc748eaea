import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What is known of the demo tenant from one start to the next. */
export interface DemoRecord {
  /** Of the call that opens the account: sent again after a crash, it gives the same account. */
  idempotencyKey: string;
  /** Null until the account is open. */
  apiKey: string | null;
}

const FILE = 'demo.json';

/** Reads it, or begins one; 0600, for it holds the demo tenant's API key. */
export async function readDemoRecord(dataDir: string): Promise<DemoRecord> {
  const text = await readFile(join(dataDir, FILE), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text !== null) return JSON.parse(text) as DemoRecord;
  const record = { idempotencyKey: randomBytes(24).toString('base64url'), apiKey: null };
  await writeDemoRecord(dataDir, record);
  return record;
}

export async function writeDemoRecord(dataDir: string, record: DemoRecord): Promise<void> {
  const file = join(dataDir, FILE);
  await writeFile(`${file}.new`, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
  if (record.apiKey !== null) {
    // By itself too: for a shell to read.
    await writeFile(join(dataDir, 'demo-api-key'), `${record.apiKey}\n`, { mode: 0o600 });
  }
}
