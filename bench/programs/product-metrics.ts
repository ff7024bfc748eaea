import { fileURLToPath } from 'node:url';
import { runServer } from '../../src/entry/composition/run-server.js';
import { Secret } from '../../src/kernel/secret.js';
import { answerCalls } from '../support/child.js';
import { benchConfig, type Installation } from '../support/settings.js';

const CONNECTORS = fileURLToPath(new URL('../connectors', import.meta.url));

/** The product's HTTP side with a connector that declares the metrics of the fixture. */
answerCalls({
  start: async ({ dataDir, controlUrl, overrides }: Installation): Promise<number> => {
    const server = await runServer({
      config: benchConfig(dataDir, { role: 'api', ...overrides }),
      databaseUrl: new Secret(controlUrl),
      profile: 'embedded',
      version: 'bench',
      adminToken: new Secret('adm_bench'),
      connectorFolders: [CONNECTORS],
    });
    return Number(new URL(server.url).port);
  },
});
