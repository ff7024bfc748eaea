import type { Client } from 'pg';
import { openClient } from '../../src/infrastructure/postgres/connections.js';
import type { BenchTenant } from './backstage.js';

/** One statement that writes all rows of a tenant's table anew as they are. */
export class UpdateInPlace {
  private constructor(
    private readonly client: Client,
    private readonly sql: string,
  ) {}

  static async open(
    login: BenchTenant['login'],
    { table, columns }: { table: string; columns: readonly string[] },
  ): Promise<UpdateInPlace> {
    const client = await openClient(login);
    const sets = columns.map((column) => `${column} = ${column}`).join(', ');
    // It is held against many short statements: it may take longer than one of those.
    return new UpdateInPlace(client, `SET statement_timeout = 0; UPDATE ${table} SET ${sets}`);
  }

  async run(): Promise<void> {
    await this.client.query(this.sql);
  }

  close(): Promise<void> {
    return this.client.end();
  }
}
