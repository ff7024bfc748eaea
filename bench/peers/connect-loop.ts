import { openClient } from '../../src/infrastructure/postgres/connections.js';
import type { BenchTenant } from '../support/backstage.js';
import { answerCalls } from '../support/child.js';

/** Nothing but opening and closing connections as one tenant after the other: how many a second there can be. */
answerCalls({
  connects: async (argument: { tenants: BenchTenant[]; atOnce: number; ms: number }) => {
    const { tenants, atOnce, ms } = argument;
    const startedAt = performance.now();
    let made = 0;
    const loop = async (): Promise<void> => {
      while (performance.now() < startedAt + ms) {
        const { login } = tenants[made % tenants.length] as BenchTenant;
        made += 1;
        const client = await openClient(login);
        await client.end();
      }
    };
    await Promise.all(Array.from({ length: atOnce }, loop));
    return (made / (performance.now() - startedAt)) * 1_000;
  },
});
