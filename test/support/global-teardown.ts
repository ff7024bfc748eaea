import { rm } from 'node:fs/promises';

/** Stops the server of `global-setup.ts` and removes its folder. */
export default async function globalTeardown(): Promise<void> {
  const { numoonTestServer: server } = globalThis as typeof globalThis & {
    numoonTestServer?: { dataDir: string; stop(): Promise<void> };
  };
  if (server === undefined) return;
  await server.stop();
  await rm(server.dataDir, { recursive: true, force: true });
}
