import { Secret } from '../src/kernel/secret.js';

/** What an operator says of one provider. */
export interface ProviderSettings {
  /**
   * In place of all the provider's hosts: the sandbox, or a stand-in of a test. `{host}` in it becomes
   * the host that is replaced. Everything this connector would send to its provider goes there.
   */
  baseUrl: string | null;
  /** Of the OAuth app registered with the provider; without it nobody can connect. */
  clientId: string | null;
  clientSecret: Secret | null;
  /** Signs webhooks, where that is another secret than the client's. Several, split by commas, while one replaces the other. */
  webhookSecrets: readonly Secret[];
}

const NAME = /^NUMOON_PROVIDER_([A-Z][A-Z_]*?)_(BASE_URL|CLIENT_ID|CLIENT_SECRET|WEBHOOK_SECRET)$/;

const NOTHING: ProviderSettings = {
  baseUrl: null,
  clientId: null,
  clientSecret: null,
  webhookSecrets: [],
};

/**
 * NUMOON_PROVIDER_<NAME>_BASE_URL, _CLIENT_ID, _CLIENT_SECRET and _WEBHOOK_SECRET, by provider id
 * (`GOOGLE_ANALYTICS` is `google-analytics`). Which providers there are is not known here.
 */
export function readProviders(
  env: Readonly<Record<string, string | undefined>>,
  faults: string[],
): ReadonlyMap<string, ProviderSettings> {
  const providers = new Map<string, ProviderSettings>();
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith('NUMOON_PROVIDER_') || value === undefined || value === '') continue;
    const [, provider, what] = NAME.exec(name) ?? [];
    if (provider === undefined || what === undefined) {
      faults.push(
        `${name} is not a setting. After NUMOON_PROVIDER_ come a provider's name and BASE_URL, CLIENT_ID, CLIENT_SECRET or WEBHOOK_SECRET.`,
      );
      continue;
    }
    const id = provider.toLowerCase().replaceAll('_', '-');
    providers.set(id, { ...(providers.get(id) ?? NOTHING), ...read(name, what, value, faults) });
  }
  return providers;
}

function read(
  name: string,
  what: string,
  value: string,
  faults: string[],
): Partial<ProviderSettings> {
  if (what === 'CLIENT_ID') return { clientId: value };
  if (what === 'CLIENT_SECRET') return { clientSecret: new Secret(value) };
  if (what === 'WEBHOOK_SECRET') {
    return { webhookSecrets: value.split(',').map((secret) => new Secret(secret.trim())) };
  }
  if (!/^https?:\/\/[^?#@]+$/.test(value)) {
    faults.push(`${name} must be an http or https address without user, query or fragment.`);
  }
  return { baseUrl: value.replace(/\/+$/, '') };
}
