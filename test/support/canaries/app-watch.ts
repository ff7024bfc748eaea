import { Client } from 'pg';
import request from 'supertest';
import type { RunningServer } from '../../../src/entry/composition/run-server.js';
import { takeRefusals } from './answers.js';
import { noteSecretsOfDataDir } from './data-dir-secrets.js';
import { watchDatabasePasswords } from './database-passwords.js';
import { searchFolder, searchSinks, throwLeaks, type Leak, type Sink } from './leaks.js';
import { readProcesses } from './processes.js';
import { knownSecrets, noteSecret, noteUrl } from './registry.js';

export interface WatchedApp {
  adminToken: string;
  /** Of a superuser, who sees the statements of all sessions. */
  adminUrl: string;
  databaseUrl: string;
  dataDir: string;
}

/** What one app writes and shows, to be searched for planted canaries and for secrets when it closes. */
export class AppWatch {
  /** Give it to the app's logger, at the finest level. */
  readonly log = new LinesInMemory();
  readonly #shown: Sink[] = [];
  readonly #leaks: Leak[] = [];

  constructor(private readonly app: WatchedApp) {
    watchDatabasePasswords();
    noteSecret('admin token', app.adminToken);
    noteUrl('database password', app.databaseUrl);
    noteUrl('database password', app.adminUrl);
  }

  /**
   * Looks, stops the app, looks again, and removes what is its own, whatever happens before.
   *
   * @throws LeakError when anything was found anywhere
   */
  async close(server: RunningServer, remove: () => Promise<void>): Promise<void> {
    try {
      await this.#lookInside(server);
    } finally {
      await server.stop();
      await this.#lookAtFolder().finally(remove);
    }
    const log = { name: 'the log', content: this.log.text() };
    const leaks = searchSinks(knownSecrets(), [log, ...this.#shown, ...takeRefusals()]);
    throwLeaks([...this.#leaks, ...leaks]);
  }

  /** All that is gone when it has stopped. */
  async #lookInside({ url, foundation }: RunningServer): Promise<void> {
    const jobs = await foundation.catalog.query('SELECT * FROM jobs');
    const metrics = await request(url)
      .get('/metrics')
      .set('authorization', `Bearer ${this.app.adminToken}`);
    if (metrics.status !== 200) throw new Error(`/metrics answered ${metrics.status}.`);
    this.#shown.push(
      { name: "agenda's table of jobs", content: JSON.stringify(jobs) },
      { name: '/metrics', content: metrics.text },
      { name: 'pg_stat_activity', content: await readActivity(this.app.adminUrl) },
      ...(await readProcesses()),
    );
  }

  async #lookAtFolder(): Promise<void> {
    const { dataDir } = this.app;
    const meant = await noteSecretsOfDataDir(dataDir);
    this.#leaks.push(...(await searchFolder(knownSecrets(), dataDir, meant)));
  }
}

class LinesInMemory {
  readonly #lines: string[] = [];

  write(line: string): void {
    this.#lines.push(line);
  }

  text(): string {
    return this.#lines.join('');
  }
}

/** The statements and names of all sessions of the server, our own left out. */
async function readActivity(url: string): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query(
      `SELECT datname, usename, application_name, query FROM pg_stat_activity
        WHERE pid <> pg_backend_pid()`,
    );
    return JSON.stringify(rows);
  } finally {
    await client.end();
  }
}
