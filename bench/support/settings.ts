import { loadConfig, type Config } from '../../config/load.js';

/** What a child needs to open the same installation. */
export interface Installation {
  dataDir: string;
  controlUrl: string;
  overrides: Partial<Config>;
}

/** The defaults of production whatever the environment says, but for what the figure changes. */
export function benchConfig(dataDir: string, overrides: Partial<Config> = {}): Config {
  return loadConfig({}, { dataDir, port: 0, logLevel: 'warn', ...overrides });
}

/** Limits so high that they refuse nobody: for figures that measure something else. */
export const NO_LIMITS: Partial<Config> = {
  tenantRequestsPerSecond: 1_000_000,
  addressRequestsPerSecond: 1_000_000,
  signupsPerAddressHour: 1_000_000,
  signupsPerDay: 10_000_000,
};
