import { loadConfig } from '../../config/load.js';
import { AppError } from '../kernel/app-error.js';
import { adminToken } from './composition/admin-token.js';
import { openPostgres } from './composition/postgres-profile.js';
import { runServer } from './composition/run-server.js';
import { openDemoSandbox } from './demo/demo-sandbox.js';
import { furnishDemo } from './demo/furnish-demo.js';
import { productVersion } from './version.js';

/** Lines for a person; the log is for machines. */
function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function main(): Promise<void> {
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
  stopOnSignals(async () => {
    stopping.abort();
    await server.stop();
    await demo?.sandbox.close();
    await postgres.stop();
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

/** The first signal stops in order; a second one while that takes long ends at once. */
function stopOnSignals(stop: () => Promise<void>): void {
  let asked = 0;
  const onSignal = (): void => {
    asked += 1;
    if (asked > 1) process.exit(1);
    say('Stopping: finishing requests and jobs (once more to end at once)');
    stop().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal);
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
