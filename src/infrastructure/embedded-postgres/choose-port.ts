import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { PostgresPortTakenError } from './embedded-postgres.errors.js';

/**
 * The port to listen on: `wanted` if given, else the one of last time, else a free one.
 *
 * @throws PostgresPortTakenError only for a port that was asked for
 */
export async function choosePort(
  wanted: number | undefined,
  remembered: number | undefined,
): Promise<number> {
  if (wanted !== undefined && wanted !== 0) {
    if (await isPortFree(wanted)) return wanted;
    throw new PostgresPortTakenError(wanted);
  }
  if (remembered !== undefined && (await isPortFree(remembered))) return remembered;
  return freePort();
}

export async function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      probe.close(() => resolve(true));
    });
  });
}

/** Below the range from which systems number outgoing connections, so that it is still free next time. */
async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const port = randomInt(15_000, 30_000);
    if (await isPortFree(port)) return port;
  }
  throw new PostgresPortTakenError(15_000);
}
