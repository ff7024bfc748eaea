import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../../../config/load.js';
import { loginUrl, readUrlFile } from '../../infrastructure/embedded-postgres/url-file.js';
import { DatabaseServer } from '../../infrastructure/postgres/database-server.js';
import { AppError } from '../../kernel/app-error.js';
import { Secret } from '../../kernel/secret.js';
import { openPostgres } from '../composition/postgres-profile.js';
import { waitUntilAlone } from './wait-until-alone.js';

export interface CliPostgres {
  url: Secret;
  stop(): Promise<void>;
}

/** A NuMoon that is just starting or stopping holds the data folder while its server does not answer. */
const PATIENCE_MS = 15_000;
const PAUSE_MS = 200;

/**
 * DATABASE_URL's server; else the one a running NuMoon has on the data folder; else the embedded one,
 * started for the time of the command.
 *
 * @throws AppError of startEmbeddedPostgres; data_dir_in_use when its holder's server does not answer
 */
export async function openCliPostgres(
  config: Config,
  onProgress: (message: string) => void,
  signal: AbortSignal,
): Promise<CliPostgres> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      const own = await openPostgres(config, onProgress);
      if (own.name === 'own server') return own;
      return {
        url: own.url,
        stop: async () => {
          // Another command may have come to rely on the server meanwhile.
          await waitUntilAlone(new DatabaseServer(own.url), onProgress, signal);
          await own.stop();
        },
      };
    } catch (error) {
      if (!(await isHeldByAnother(error, config.dataDir))) throw error;
      const url = await runningServer(config.dataDir);
      if (url !== null) return { url, stop: async () => undefined };
      if (signal.aborted || Date.now() >= giveUpAt) throw error;
    }
    await sleep(PAUSE_MS);
  }
}

/**
 * Only the lock of this very folder counts. A copied folder is refused with the same code, and its URL
 * file would lead to the database of the original.
 */
async function isHeldByAnother(error: unknown, dataDir: string): Promise<boolean> {
  if (!(error instanceof AppError) || error.code !== 'data_dir_in_use') return false;
  return error.fields['path'] === (await realpath(dataDir));
}

async function runningServer(dataDir: string): Promise<Secret | null> {
  const login = await readUrlFile(join(dataDir, 'postgres-control.url'));
  if (login === null) return null;
  const url = new Secret(loginUrl(login));
  const server = new DatabaseServer(url);
  return server
    .withConnection(server.maintenanceDatabase, (client) => client.query('SELECT 1'))
    .then(
      () => url,
      () => null,
    );
}
