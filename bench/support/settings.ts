import { loadConfig, type Config } from '../../config/load.js';
import { Secret } from '../../src/kernel/secret.js';
import type { Keeping } from './keeping.js';

/** What a child needs to open the same installation. */
export interface Installation {
  dataDir: string;
  controlUrl: string;
  /** Where `controlUrl` leads through a pooler. As text: a Secret does not travel to a child. */
  directUrl?: string;
  overrides: Partial<Config>;
  /** `sealed` unless said. */
  keeping?: Keeping;
  /** Where its keys are; unset means its keyring. As text: a Secret does not travel to a child. */
  vault?: { address: string; token: string };
}

/** The defaults of production whatever the environment says, but for what the figure changes. */
export function benchConfig(dataDir: string, overrides: Partial<Config> = {}): Config {
  return loadConfig({}, { dataDir, port: 0, logLevel: 'warn', ...overrides });
}

/** The settings that a child serves an installation with. */
export function servedConfig({ dataDir, overrides, vault }: Installation): Config {
  return benchConfig(dataDir, {
    role: 'api',
    ...overrides,
    ...(vault === undefined ? {} : vaultSettings(vault)),
  });
}

export function vaultSettings({ address, token }: { address: string; token: string }) {
  // What is counted or measured is no time-out of a machine with other work.
  return { vaultAddress: address, vaultToken: new Secret(token), vaultTimeoutMs: 10_000 };
}

/** Limits so high that they refuse nobody: for figures that measure something else. */
export const NO_LIMITS: Partial<Config> = {
  tenantRequestsPerSecond: 1_000_000,
  addressRequestsPerSecond: 1_000_000,
  signupsPerAddressHour: 1_000_000,
  signupsPerDay: 10_000_000,
};
