import { describe } from '@jest/globals';
import { connector } from '../../../src/connectors/shopify/connector.js';
import { tellsTheTruth } from './tells-the-truth.js';

describe('Shopify, from consent to answers', () => {
  tellsTheTruth('shopify', connector, {
    account: 'blue',
    accountId: 'numoon-blue.myshopify.com',
    params: { shop: 'numoon-blue.myshopify.com' },
  });
});
