import { integer, setting } from '../setting.js';

/** What is read from providers. */
export const SYNCING = {
  syncHistoryDays: setting(
    'NUMOON_SYNC_HISTORY_DAYS',
    integer(1, 3_650),
    1_095,
    'How far back a first sync goes, at most: what is older is never asked for.',
  ),
} as const;
