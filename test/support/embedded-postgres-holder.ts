import { startEmbeddedPostgres } from '../../src/infrastructure/embedded-postgres/start-embedded-postgres.js';

/** A process that holds an embedded server until it is killed: `... embedded-postgres-holder.ts DATA_DIR`. */
const server = await startEmbeddedPostgres({ dataDir: process.argv[2] ?? '' });
process.stdout.write(`${JSON.stringify({ pid: server.pid, adminUrl: server.adminUrl })}\n`);
setInterval(() => undefined, 60_000);
