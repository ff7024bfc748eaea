import { CONNECTIONS } from './settings/connections.js';
import { DATABASES } from './settings/databases.js';
import { ENTRANCE } from './settings/entrance.js';
import { KEYS } from './settings/keys.js';
import { MAIL } from './settings/mail.js';
import { PROCESS } from './settings/process.js';
import { PROVISIONING } from './settings/provisioning.js';
import { STORAGE } from './settings/storage.js';
import { SYNCING } from './settings/syncing.js';

/**
 * Every setting once, in groups; the order is that of `docs/settings.md`. `config/load.ts` is the only reader
 * of the environment; code receives the values it needs, not this whole table.
 */
export const SETTINGS = {
  ...PROCESS,
  ...ENTRANCE,
  ...SYNCING,
  ...DATABASES,
  ...KEYS,
  ...CONNECTIONS,
  ...PROVISIONING,
  ...STORAGE,
  ...MAIL,
} as const;
