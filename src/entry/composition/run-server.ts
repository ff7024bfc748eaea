import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Config } from '../../../config/load.js';
import { ReportTampering } from '../../data-plane/audit/report-tampering.js';
import { RotateKeys } from '../../control-plane/keys/rotate-keys.js';
import { PurgeTenant } from '../../control-plane/closure/purge-tenant.js';
import { Stock } from '../../control-plane/provisioning/stock.js';
import { Sweep } from '../../control-plane/reconciler/sweep.js';
import type { LinkKind } from '../../data-plane/data-plane.settings.js';
import { SyncObserver } from '../../data-plane/sync/sync-observer.js';
import { SyncWorker } from '../../data-plane/sync/sync-worker.js';
import { ProbeConnections } from '../../data-plane/tokens/probe-connections.js';
import { createLogger, type Logger } from '../../infrastructure/logging/logger.js';
import type { Secret } from '../../kernel/secret.js';
import { closeGracefully } from '../http/close-gracefully.js';
import { createHttpApp } from '../http/create-http-app.js';
import type { HttpDeps } from '../http/http-deps.js';
import { startWorker } from './background.js';
import { bindGauges } from './bind-gauges.js';
import { openFoundation, type Foundation } from './foundation.js';
import { createIdempotency } from './idempotency.js';
import { createLimits } from './limits.js';
import { ListenError } from './listen.errors.js';
import { rootModule } from './root.module.js';
import { syncMeter } from './sync-meter.js';

export interface ServerOptions {
  config: Config;
  databaseUrl: Secret;
  profile: HttpDeps['about']['profile'];
  version: string;
  adminToken: Secret;
  /** Shows links that no mail could carry; only the embedded profile gives one. */
  showLink?: (kind: LinkKind, link: string) => void;
  logger?: Logger;
  /** Where connectors are looked for beside src/connectors; only tests give any. */
  connectorFolders?: readonly string[];
}

export interface RunningServer {
  url: string;
  app: NestFastifyApplication;
  foundation: Foundation;
  /** In-flight requests and jobs finish; then everything is closed. */
  stop(): Promise<void>;
}

/** How long a shutdown waits for jobs; a purge that takes longer goes on after the next start. */
const JOBS_MS = 20_000;

/** One process of NuMoon: HTTP, background work, or both, as NUMOON_ROLE says. */
export async function runServer(options: ServerOptions): Promise<RunningServer> {
  const { config } = options;
  const foundation = await openFoundation(
    config,
    options.databaseUrl,
    (context) => options.logger ?? createLogger({ level: config.logLevel, context }),
    options.connectorFolders === undefined ? {} : { connectorFolders: options.connectorFolders },
  );
  let app: NestFastifyApplication | undefined;
  try {
    const limits = createLimits(foundation);
    let address = `http://localhost:${config.port}`;
    const publicUrl = (): string => config.publicUrl ?? address;
    app = await createHttpApp(
      rootModule({
        foundation,
        limits,
        publicUrl,
        ...(options.showLink === undefined ? {} : { showLink: options.showLink }),
      }),
      httpDeps(options, foundation),
    );
    const tampering = app.get(ReportTampering, { strict: false });
    foundation.onTampering((error) => tampering.execute(error));
    const stock = app.get(Stock, { strict: false });
    bindGauges(foundation, stock);
    app.get(SyncObserver, { strict: false }).measure(syncMeter(foundation.metrics));
    if (config.role !== 'api') {
      await startWorker(foundation, {
        stock,
        sweep: app.get(Sweep, { strict: false }),
        purge: app.get(PurgeTenant, { strict: false }),
        rotate: app.get(RotateKeys, { strict: false }),
        sync: app.get(SyncWorker, { strict: false }),
        probe: app.get(ProbeConnections, { strict: false }),
      });
      await fillStock(foundation, stock);
    }
    address = await listen(app, config);
    hearServer(app, foundation.logger);
    return { url: publicUrl(), app, foundation, stop: stopper(app, foundation) };
  } catch (error) {
    await app?.close().catch(() => undefined);
    await foundation.jobs.stop(0).catch(() => undefined);
    await foundation.close().catch(() => undefined);
    throw error;
  }
}

/** Ready means that the first signup finds a database; a server that cannot make one shows it here. */
async function fillStock({ logger, tenancy }: Foundation, stock: Stock): Promise<void> {
  try {
    await tenancy.central(() => stock.refill());
  } catch (error) {
    logger.warn({ err: error }, 'the stock could not be filled; signups will make their own place');
  }
}

/** A worker listens too, for health and metrics; its other routes work as well and do no harm. */
async function listen(app: NestFastifyApplication, config: Config): Promise<string> {
  try {
    await app.listen(config.port, config.host);
  } catch (error) {
    throw ListenError.of(error, config.port, config.host);
  }
  const { port } = app.getHttpServer().address() as AddressInfo;
  return `http://localhost:${port}`;
}

/** A connection that cannot be accepted (no file handle left) costs itself and nothing else. */
function hearServer(app: NestFastifyApplication, logger: Logger): void {
  const server = app.getHttpServer() as Server;
  server.on('error', (error) => logger.error({ err: error }, 'a connection was not accepted'));
}

function httpDeps(options: ServerOptions, foundation: Foundation): HttpDeps {
  const { catalog, config, feed, logger, metrics, tools } = foundation;
  return {
    config,
    logger,
    adminToken: options.adminToken,
    metrics,
    readiness: [
      { name: 'database', check: () => catalog.query('SELECT 1') },
      { name: 'keys', check: () => tools.keys.check(), optional: true },
      { name: 'secrets', check: () => tools.secrets.check(), optional: true },
      {
        name: 'change-feed',
        check: async () => {
          if (!feed.live) throw new Error('not listening');
        },
      },
    ],
    about: { version: options.version, profile: options.profile },
    idempotency: createIdempotency(foundation),
  };
}

function stopper(app: NestFastifyApplication, foundation: Foundation): () => Promise<void> {
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await Promise.all([closeGracefully(app), foundation.jobs.stop(JOBS_MS)]);
    await foundation.close();
  };
  return () => (stopping ??= stop());
}
