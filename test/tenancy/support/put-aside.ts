import { Client, escapeIdentifier as name } from 'pg';
import { adminUrl, databaseUrl } from '../../support/test-postgres.js';

/** Of two that lock in another order, one is refused. */
const TRIES = 10;

/** All rows of a schema as they are now, and a way back to them past every constraint. */
export class PutAside {
  private constructor(
    private readonly client: Client,
    private readonly schema: string,
    private readonly tables: { table: string; columns: string }[],
  ) {}

  static async open(database: string, schema: string): Promise<PutAside> {
    const client = new Client(databaseUrl(adminUrl(), database));
    await client.connect();
    await client.query('CREATE SCHEMA aside; SET session_replication_role = replica');
    const { rows } = await client.query<{ table: string; columns: string }>(
      `SELECT c.relname AS table, string_agg(quote_ident(a.attname), ', ') AS columns
         FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
          AND NOT a.attisdropped AND a.attgenerated = ''
        WHERE c.relnamespace = $1::regnamespace AND c.relkind = 'r' AND c.relname <> 'schema_history'
        GROUP BY c.relname`,
      [name(schema)],
    );
    const aside = new PutAside(client, schema, rows);
    for (const { table } of rows) {
      await client.query(`CREATE TABLE aside.${table} AS TABLE ${name(schema)}.${table}`);
    }
    return aside;
  }

  async restore(): Promise<void> {
    const all = this.tables.map(({ table, columns }) => {
      const place = `${name(this.schema)}.${table}`;
      return `DELETE FROM ${place}; INSERT INTO ${place} (${columns}) OVERRIDING SYSTEM VALUE
        SELECT ${columns} FROM aside.${table}`;
    });
    for (let left = TRIES; ; left -= 1) {
      try {
        await this.client.query(`BEGIN; ${all.join('; ')}; COMMIT`);
        return;
      } catch (error) {
        await this.client.query('ROLLBACK');
        // The product is at work in these tables all the while.
        if (left === 0 || (error as { code?: string }).code !== '40P01') throw error;
      }
    }
  }

  /** As the superuser, in the tenant's schema. */
  async run(sql: string): Promise<void> {
    await this.client.query(`SET search_path = ${name(this.schema)}; ${sql}`);
  }

  async close(): Promise<void> {
    await this.client.end();
  }
}
