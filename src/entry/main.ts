import { loadConfig } from '../../config/load.js';
import { AppError } from '../kernel/app-error.js';
import { adminToken } from './composition/admin-token.js';
import { openPostgres } from './composition/postgres-profile.js';
import { runServer } from './composition/run-server.js';
import { openDemoSandbox } from './demo/demo-sandbox.js';
import { furnishDemo } from './demo/furnish-demo.js';
import { LastResort } from './last-resort.js';
import { StopRequests } from './stop-requests.js';
import { productVersion } from './version.js';

/** Lines for a person; the log is for machines. */
function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function main(): Promise<void> {
  const lastResort = new LastResort();
  lastResort.install();
  const stopRequests = new StopRequests();
  stopRequests.listen();
  const settings = loadConfig();
  const postgres = await openPostgres(settings, say);
  const hasDemo = settings.demo === 'on' && settings.role === 'all' && postgres.name === 'embedded';
  const demo = hasDemo ? await openDemoSandbox(settings) : null;
  const config = demo?.config ?? settings;
  const token = await adminToken(config.adminToken, config.dataDir, (made) =>
    say(`Administrator token, shown this once: ${made}`),
  );
  say('Preparing the catalog and the stock of databases');
  const server = await runServer({
    config,
    databaseUrl: postgres.url,
    profile: postgres.name,
    version: productVersion(),
    adminToken: token,
    ...(postgres.name === 'embedded'
      ? {
          showLink: (kind: string, link: string) =>
            say(`No mail is configured; ${kind} link: ${link}`),
        }
      : {}),
  }).catch(async (error: unknown) => {
    await demo?.sandbox.close();
    await postgres.stop();
    throw error;
  });
  const stopping = new AbortController();
  const stop = async (): Promise<void> => {
    stopping.abort();
    await server.stop();
    await demo?.sandbox.close();
    await postgres.stop();
  };
  lastResort.serve(server.foundation.logger, stop);
  stopRequests.serve(async () => {
    say('Stopping: finishing requests and jobs (once more to end at once)');
    await stop().catch(fail);
    process.exit(0);
  });
  say(`NuMoon is ready at ${server.url}`);
  if (demo === null) return;
  const { signal } = stopping;
  const { url } = server;
  furnishDemo({ url, adminToken: token, dataDir: config.dataDir, say, signal }).catch(
    (error: Error) => {
      if (!signal.aborted) say(`The demo tenant is not complete: ${error.message}`);
    },
  );
}

function fail(error: unknown): never {
  const text =
    error instanceof AppError
      ? `${error.message} (${error.code})`
      : ((error as Error).stack ?? error);
  process.stderr.write(`NuMoon could not go on.\n${String(text)}\n`);
  process.exit(1);
}

await main().catch(fail);
