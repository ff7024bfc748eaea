import { createInterface } from 'node:readline';
import { loadConfig, type Config } from '../../../config/load.js';
import { runServer } from '../../../src/entry/composition/run-server.js';
import { createLogger } from '../../../src/infrastructure/logging/logger.js';
import { Secret } from '../../../src/kernel/secret.js';

/** What the child is told first, as one line. */
export interface ChildTask {
  config: Partial<Config>;
  databaseUrl: string;
  adminToken: string;
}

/** A whole NuMoon in a process of its own: says where it listens, and then how many keys it holds when asked. */
const lines = createInterface(process.stdin)[Symbol.asyncIterator]();
const task = JSON.parse(String((await lines.next()).value)) as ChildTask;
const server = await runServer({
  config: loadConfig({}, task.config),
  databaseUrl: new Secret(task.databaseUrl),
  profile: 'own server',
  version: '0.0.0-test',
  adminToken: new Secret(task.adminToken),
  logger: createLogger({ level: 'silent' }),
});
process.stdout.write(`${server.url}\n`);
for await (const question of { [Symbol.asyncIterator]: () => lines }) {
  if (question === 'stop') break;
  process.stdout.write(`${server.foundation.keys.size}\n`);
}
await server.stop();
process.exit(0);
