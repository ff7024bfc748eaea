import { describe } from '@jest/globals';
import { connector } from '../../../src/connectors/hubspot/connector.js';
import { tellsTheTruth } from './tells-the-truth.js';

/** A count a day, three a second: two years of days would take five minutes. */
const HISTORY_DAYS = 120;

describe('HubSpot, from consent to answers', () => {
  tellsTheTruth('hubspot', connector, {
    account: 'acme',
    accountId: '24310587',
    config: { syncHistoryDays: HISTORY_DAYS },
    tellsAll: false,
  });
});
