import { join } from 'node:path';
import type { Config } from '../../../config/load.js';
import type { ProviderSettings } from '../../../config/providers.js';
import { type Sandbox, startSandbox } from '../../../sandbox/start.js';
import { Secret } from '../../kernel/secret.js';

/**
 * The sandbox of this installation, in place of the providers that the settings say nothing of. It keeps
 * its grants in the data folder, so that what was connected yesterday still is.
 */
export async function openDemoSandbox(
  config: Config,
): Promise<{ config: Config; sandbox: Sandbox }> {
  const sandbox = await startSandbox({ stateFile: join(config.dataDir, 'sandbox.json') });
  const providers = new Map<string, ProviderSettings>(config.providers);
  for (const [id, { baseUrl, clientId, clientSecret, webhookSecrets }] of sandbox.settings) {
    if (providers.has(id)) continue;
    providers.set(id, {
      baseUrl,
      clientId,
      clientSecret: new Secret(clientSecret),
      webhookSecrets: webhookSecrets.map((secret) => new Secret(secret)),
    });
  }
  return { config: { ...config, providers }, sandbox };
}
