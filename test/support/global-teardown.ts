import { rm } from 'node:fs/promises';

/**
 * Stops the server of `global-setup.ts`, searches its log and what the tests left for planted canaries
 * and secrets, and removes its folder. A hit fails the run.
 */
export default async function globalTeardown(): Promise<void> {
  const { numoonTestServer: server } = globalThis as typeof globalThis & {
    numoonTestServer?: {
      dataDir: string;
      runFile: string;
      outerTemp: string | undefined;
      stop(): Promise<void>;
    };
  };
  if (server === undefined) return;
  await server.stop();
  try {
    // The module hooks of the setup are still there.
    const { searchRun } = await import('./canaries/search-run.js');
    await searchRun(server.dataDir, server.runFile);
  } finally {
    if (server.outerTemp === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = server.outerTemp;
    await rm(server.dataDir, { recursive: true, force: true });
  }
}
