import { Secret } from '../../../src/kernel/secret.js';
import { type Sandbox, startSandbox, type SandboxOptions } from '../../../sandbox/start.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

/** A whole NuMoon whose providers are the sandbox's. */
export interface SandboxedApp {
  app: TestApp;
  sandbox: Sandbox;
  close(): Promise<void>;
}

export async function startSandboxedApp(
  options: SandboxOptions & {
    config?: Parameters<typeof startTestApp>[0];
    databaseUrl?: string;
    /** The test mode's apps. */
    testMode?: boolean;
  } = {},
): Promise<SandboxedApp> {
  const sandbox = await startSandbox(options);
  const settings = options.testMode ? sandbox.testSettings : sandbox.settings;
  const providers = new Map(
    [...settings].map(([id, app]) => [
      id,
      {
        baseUrl: app.baseUrl,
        clientId: app.clientId,
        clientSecret: new Secret(app.clientSecret),
        webhookSecrets: app.webhookSecrets.map((secret) => new Secret(secret)),
      },
    ]),
  );
  const app = await startTestApp(
    {
      tenantRequestsPerSecond: 10_000,
      addressRequestsPerSecond: 10_000,
      ...options.config,
      providers,
    },
    options.databaseUrl,
  );
  return {
    app,
    sandbox,
    close: async () => {
      await app.close();
      await sandbox.close();
    },
  };
}
