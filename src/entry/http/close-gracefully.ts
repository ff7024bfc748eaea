import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Drain } from './drain.js';

const drains = new WeakMap<object, Drain>();

/** Called once by createHttpApp. */
export function rememberDrain(app: NestFastifyApplication, drain: Drain): void {
  drains.set(app, drain);
}

/**
 * Stops accepting connections, refuses new requests on open ones with 503, lets those in flight finish
 * (they say `Connection: close`), and only then ends the modules: a handler never loses its pool
 * under its feet. After `timeoutMs` the connections that are left are cut.
 */
export async function closeGracefully(
  app: NestFastifyApplication,
  { timeoutMs = 20_000 }: { timeoutMs?: number } = {},
): Promise<void> {
  drains.get(app)?.begin();
  const cut = setTimeout(() => {
    (app.getHttpServer() as { closeAllConnections(): void }).closeAllConnections();
  }, timeoutMs);
  try {
    await app.getHttpAdapter().getInstance().close();
  } finally {
    clearTimeout(cut);
  }
  await app.close();
}
