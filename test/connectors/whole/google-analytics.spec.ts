import { describe } from '@jest/globals';
import { addDays, laterDay } from '../../../src/kernel/calendar.js';
import { connector } from '../../../src/connectors/google-analytics/connector.js';
import { tellsTheTruth } from './tells-the-truth.js';

describe('Google Analytics, from consent to answers', () => {
  tellsTheTruth('google-analytics', connector, {
    account: 'owner',
    accountId: '310000001',
    choose: '0',
    // Windows of users are read for a quarter only.
    storedSince: (metric, { from, to }) => {
      const { historyDays = 0 } = connector.streams.find((it) => it.metrics.includes(metric)) ?? {};
      return laterDay(from, addDays(to, 1 - historyDays));
    },
  });
});
