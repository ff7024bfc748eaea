import { type ProviderSettings, readProviders } from './providers.js';
import { SETTINGS } from './schema.js';
import type { Setting } from './setting.js';
import { AppError } from '../src/kernel/app-error.js';

type ValueOf<S> = S extends Setting<infer T> ? T : never;

/** All settings, read and checked. */
export type Config = {
  readonly [Key in keyof typeof SETTINGS]: ValueOf<(typeof SETTINGS)[Key]>;
} & {
  /** NUMOON_PROVIDER_*, by provider id. */
  readonly providers: ReadonlyMap<string, ProviderSettings>;
};

/** Start-up refuses with every fault at once, so that fixing one does not reveal the next. */
export class ConfigError extends AppError {
  constructor(faults: string[]) {
    super(
      'config_invalid',
      `The settings have faults:\n${faults.map((f) => `  ${f}`).join('\n')}`,
      {
        fields: { faults },
      },
    );
  }
}

/**
 * The only reader of the environment.
 *
 * An empty variable counts as unset. A variable that starts with `NUMOON_` and is not known is a
 * fault, because a misspelt limit would silently not apply. `NUMOON_PROVIDER_*` is read by
 * `config/providers.ts`; `NUMOON_TEST_*` belongs to the tests.
 *
 * @throws ConfigError listing every fault
 */
export function loadConfig(
  env: Readonly<Record<string, string | undefined>> = process.env,
  overrides: Partial<Config> = {},
): Config {
  const faults: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [key, setting] of Object.entries(SETTINGS) as [string, Setting<unknown>][]) {
    const raw = env[setting.name];
    values[key] = setting.fallback;
    if (raw === undefined || raw === '') continue;
    try {
      values[key] = setting.read(raw);
    } catch (error) {
      faults.push(`${setting.name} ${(error as Error).message}. ${setting.reason}`);
    }
  }
  const known = new Set(Object.values(SETTINGS).map((setting) => setting.name as string));
  for (const name of Object.keys(env)) {
    if (!name.startsWith('NUMOON_') || known.has(name)) continue;
    if (name.startsWith('NUMOON_PROVIDER_') || name.startsWith('NUMOON_TEST_')) continue;
    faults.push(`${name} is not a setting. See docs/settings.md for the names.`);
  }
  if (values['databaseDirectUrl'] !== null && values['databaseUrl'] === null) {
    faults.push('DATABASE_DIRECT_URL means nothing without DATABASE_URL. Set both, or neither.');
  }
  const providers = readProviders(env, faults);
  if (faults.length > 0) throw new ConfigError(faults);
  return Object.freeze({ ...values, providers, ...overrides }) as Config;
}
