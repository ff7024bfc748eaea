import type { Grants } from '../oauth/grants.js';
import type { SandboxClock } from './clock.js';
import type { Knobs } from '../knobs/knobs.js';
import type { AppSettings } from './app-settings.js';

/** What a provider module is given to run on. */
export interface Stage {
  provider: string;
  /** What stands between the provider's id and its own paths. */
  prefix: '' | '/:host';
  seed: string;
  clock: SandboxClock;
  grants: Grants;
  knobs: Knobs;
  app: AppSettings;
  testApp: AppSettings | null;
  /** `http://127.0.0.1:4100/stripe`; valid once the sandbox listens. */
  url(): string;
  /** What `act` did to an account so far, oldest first; survives a restart where there is a state file. */
  changes(accountId: string): readonly Readonly<Record<string, unknown>>[];
  /** Remembers a change that `act` accepted. */
  remember(accountId: string, change: Readonly<Record<string, unknown>>): void;
}
