import { describe } from '@jest/globals';
import { connector } from '../../../src/connectors/google-analytics/connector.js';
import { tellsTheTruth } from './tells-the-truth.js';

describe('Google Analytics, from consent to answers', () => {
  tellsTheTruth('google-analytics', connector, {
    account: 'owner',
    accountId: '310000001',
    choose: '0',
  });
});
