import { createDecipheriv, hkdfSync } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';

/**
 * What `invariants.ts` says of keys: every tenant has one in the key store, it opens the data keys in the
 * tenant's database, and those open every sealed cell. Written from the formats alone, with no code of
 * the product, so that it cannot share a mistake with what it checks.
 */
export class KeyFolder {
  private constructor(
    private readonly dir: string,
    private readonly master: Buffer,
    /** Tenants with a folder of keys, and what lies in it. */
    readonly keys: ReadonlyMap<string, string[]>,
    /** The same for secrets, and `central`. */
    readonly secrets: ReadonlyMap<string, string[]>,
  ) {}

  static async read(dir: string): Promise<KeyFolder> {
    return new KeyFolder(
      dir,
      await readFile(join(dir, '..', 'master.key')),
      await foldersIn(join(dir, 'keys')),
      await foldersIn(join(dir, 'secrets')),
    );
  }

  /** A data key in clear. @throws when it, or the key that wraps it, was changed, moved or lost */
  async unwrap(tenantId: string, wrapped: string): Promise<Buffer> {
    const [, version = '', sealed = ''] = /^keyring:(v\d+):([\w-]+)$/.exec(wrapped) ?? [];
    const bytes = Buffer.from(sealed, 'base64url');
    if (bytes.toString('base64url') !== sealed) throw new Error('Not the one text of its bytes.');
    const key = await this.#openFile('key', 'keys', tenantId, version);
    return openBox(key, bytes, `wrapped/${tenantId}/${version}`);
  }

  /** The password of a login role. @throws as `unwrap` */
  async login(tenantId: string, role: string, sealed: Buffer): Promise<string> {
    const secret = await this.#openFile('secret', 'secrets', 'central', 'root');
    const { key } = JSON.parse(secret.toString('utf8')) as { key: string };
    const logins = derive(Buffer.from(key, 'base64'), 'numoon/root/1', 'tenant logins');
    return openBox(logins, sealed, `login/${tenantId}/${role}`).toString('ascii');
  }

  async #openFile(word: string, folder: string, owner: string, name: string): Promise<Buffer> {
    const file = await readFile(join(this.dir, folder, owner, name));
    const magic = file.toString('latin1', 0, 4);
    const box = derive(this.master, 'numoon/keyring/1', `${folder} of ${owner}`);
    const identity = `${word}/${magic}/${file.toString('hex', 4, 12)}/${owner}/${name}`;
    return openBox(box, file.subarray(12), identity);
  }
}

/** Everything that is wrong with the keys and the sealed cells of one tenant's database or schema. */
export async function checkSealed(
  client: Client,
  folder: KeyFolder,
  { tenantId, schema, ready }: { tenantId: string; schema: string; ready: boolean },
  say: (what: string) => void,
): Promise<void> {
  const inSchema = client.escapeIdentifier(schema);
  const { rows } = await client.query<{ id: number; wrapped: string }>(
    `SELECT id, wrapped FROM ${inSchema}.data_keys ORDER BY id`,
  );
  if (rows.length === 0) say('it has no data key');
  if (ready && rows.some(({ id }) => id !== 1)) say('it has other data keys than the first');
  const keys = new Map<number, Buffer>();
  for (const { id, wrapped } of rows) {
    const key = await folder.unwrap(tenantId, wrapped).catch(() => null);
    if (key?.length === 64) keys.set(id, key);
    else say(`its data key ${id} does not unwrap`);
  }
  for (const { table, column } of await sealedColumns(client, schema)) {
    const id = table === 'organization' ? 'tenant_id' : 'id';
    const { rows: cells } = await client.query<{ row: string; sealed: Buffer }>(
      `SELECT ${id} AS row, ${column} AS sealed FROM ${inSchema}.${table} WHERE ${column} IS NOT NULL`,
    );
    for (const { row, sealed } of cells) {
      const key = keys.get(sealed.readUInt16BE(2));
      if (key === undefined) say(`${table}.${column} of ${row} is under no key that is there`);
      else if (!opens(key, sealed, [tenantId, table, column, row])) {
        say(`${table}.${column} of ${row} does not open`);
      }
    }
  }
}

async function sealedColumns(
  client: Client,
  schema: string,
): Promise<{ table: string; column: string }[]> {
  const { rows } = await client.query<{ table: string; column: string }>(
    `SELECT c.relname AS table, a.attname AS column FROM pg_attribute a
       JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid
      WHERE t.typname = 'sealed' AND t.typtype = 'd' AND c.relkind = 'r'
        AND c.relnamespace = $1::regnamespace`,
    [client.escapeIdentifier(schema)],
  );
  return rows;
}

function opens(key: Buffer, sealed: Buffer, cell: string[]): boolean {
  const decipher = createDecipheriv('aes-256-gcm', key.subarray(0, 32), sealed.subarray(4, 16));
  decipher.setAAD(Buffer.concat([sealed.subarray(0, 4), Buffer.from(JSON.stringify(cell))]));
  return isAuthentic(decipher, sealed.subarray(16)) !== null;
}

/** Version (1 byte), nonce (12), body, tag (16). */
function openBox(key: Buffer, sealed: Buffer, identity: string): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 13));
  decipher.setAAD(Buffer.from(`numoon-seal/${sealed[0]}\n${identity}`));
  const content = isAuthentic(decipher, sealed.subarray(13));
  if (content === null) throw new Error(`${identity} does not open.`);
  return content;
}

function isAuthentic(
  decipher: ReturnType<typeof createDecipheriv>,
  bodyAndTag: Buffer,
): Buffer | null {
  const gcm = decipher as typeof decipher & { setAuthTag(tag: Buffer): void };
  gcm.setAuthTag(bodyAndTag.subarray(-16));
  const content = decipher.update(bodyAndTag.subarray(0, -16));
  try {
    decipher.final();
    return content;
  } catch {
    return null;
  }
}

function derive(key: Buffer, salt: string, label: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, salt, label, 32));
}

async function foldersIn(root: string): Promise<Map<string, string[]>> {
  const names = await readdir(root).catch(() => []);
  const found = new Map<string, string[]>();
  for (const name of names) found.set(name, await readdir(join(root, name)).catch(() => []));
  return found;
}
