import { describe } from '@jest/globals';
import { connector } from '../../../src/connectors/stripe/connector.js';
import { tellsTheTruth } from './tells-the-truth.js';

describe('Stripe, from consent to answers', () => {
  tellsTheTruth('stripe', connector, { account: 'main', accountId: 'acct_1NuMoonMainLive01' });
});
