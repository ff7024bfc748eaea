import type { Config } from '../../../config/load.js';
import { closeViews } from '../../infrastructure/embedded-postgres/close-views.js';
import { quietSessions } from '../../infrastructure/embedded-postgres/quiet-sessions.js';
import { startEmbeddedPostgres } from '../../infrastructure/embedded-postgres/start-embedded-postgres.js';
import { Secret } from '../../kernel/secret.js';

/** The PostgreSQL this process stands on. */
export interface PostgresProfile {
  name: 'embedded' | 'own server';
  url: Secret;
  stop(): Promise<void>;
}

/** Server settings of ours for the embedded server, beyond its own defaults. */
const SETTINGS = {
  // A tenant's query must not fill the disk with temporary files.
  temp_file_limit: '1GB',
};

/** DATABASE_URL's server, or the embedded one, started. */
export async function openPostgres(
  config: Config,
  onProgress: (message: string) => void,
): Promise<PostgresProfile> {
  if (config.databaseUrl !== null) {
    return { name: 'own server', url: config.databaseUrl, stop: async () => undefined };
  }
  const server = await startEmbeddedPostgres({
    dataDir: config.dataDir,
    settings: SETTINGS,
    onProgress,
  });
  try {
    await quietSessions(server.adminUrl);
    await closeViews(server.adminUrl);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { name: 'embedded', url: new Secret(server.controlUrl), stop: () => server.stop() };
}
