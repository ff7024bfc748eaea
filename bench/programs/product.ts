import { answerCalls } from '../support/child.js';
import { benchConfig, type Installation } from '../support/settings.js';
import { runServer } from '../../src/entry/composition/run-server.js';
import { Secret } from '../../src/kernel/secret.js';

/** The product as npm start runs it, HTTP side only: no sweep and no refill gets between. */
answerCalls({
  start: async ({ dataDir, controlUrl, directUrl, overrides }: Installation): Promise<number> => {
    const server = await runServer({
      config: benchConfig(dataDir, {
        role: 'api',
        ...overrides,
        ...(directUrl === undefined ? {} : { databaseDirectUrl: new Secret(directUrl) }),
      }),
      databaseUrl: new Secret(controlUrl),
      profile: 'embedded',
      version: 'bench',
      adminToken: new Secret('adm_bench'),
    });
    return Number(new URL(server.url).port);
  },
});
