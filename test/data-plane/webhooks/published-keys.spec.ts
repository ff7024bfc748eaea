import { createHmac } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Connector } from '../../../src/connectors/kit/connector.js';
import type { Delivery, WebhookQuirks } from '../../../src/connectors/kit/webhooks.js';
import type { Provider } from '../../../src/connectors/providers.js';
import { CheckSignature } from '../../../src/data-plane/webhooks/check-signature.js';
import { PublishedKeys } from '../../../src/data-plane/webhooks/published-keys.js';
import { HttpClient } from '../../../src/infrastructure/http-client/http-client.js';
import { connector as pepper } from '../../connectors/fixtures/pepper/connector.js';
import {
  type LoopbackServer,
  startLoopback,
} from '../../infrastructure/http-client/loopback-server.js';

/** Pepper, if it published what it signs with: "keys" whose `k` is a secret, for want of RSA. */
const quirks: WebhookQuirks = {
  keysUrl: 'https://pepper.example/keys',
  verify: (delivery, keys) =>
    keys.some((key) => {
      const { k } = JSON.parse(key.reveal()) as { k: string };
      return sign(k, delivery.rawBody) === delivery.headers['signature'];
    })
      ? 'genuine'
      : 'forged',
  events: () => [],
};

let server: LoopbackServer;
let published: unknown[];
let answer: RequestListener;
let http: HttpClient;
let check: CheckSignature;
let provider: Provider;

beforeEach(async () => {
  published = [{ k: 'first' }];
  answer = (_request, response) => response.end(JSON.stringify({ keys: published }));
  server = await startLoopback((request, response) => answer(request, response));
  http = new HttpClient();
  check = new CheckSignature(new PublishedKeys(http));
  const webhooks = { toleranceMs: null, signedWith: 'published-keys' as const };
  const connector: Connector = {
    ...pepper,
    facts: { ...pepper.facts, webhooks },
    webhooks: quirks,
  };
  const setup = { baseUrl: server.origin, clientId: null, clientSecret: null, webhookSecrets: [] };
  provider = { id: 'pepper', connector, setup };
});

afterEach(async () => {
  jest.restoreAllMocks();
  await http.close();
  await server.close();
});

function sign(key: string, body: Buffer): string {
  return createHmac('sha256', key).update(body).digest('hex');
}

function signedWith(key: string): Delivery {
  const rawBody = Buffer.from('[]');
  const headers = { signature: sign(key, rawBody) };
  return { method: 'POST', url: '', headers, rawBody, nowMs: Date.now() };
}

const take = (key: string) => check.require(provider, quirks, signedWith(key));

/** Time passes, for the cache alone. */
function wait(ms: number): void {
  const then = Date.now() + ms;
  jest.spyOn(Date, 'now').mockImplementation(() => then);
}

describe('keys that a provider publishes', () => {
  test('are fetched once for many deliveries, also for those at once', async () => {
    await Promise.all(Array.from({ length: 10 }, () => take('first')));
    await take('first');
    expect(server.requests).toHaveLength(1);
  });

  test('are fetched anew when a delivery is signed with one that is not known', async () => {
    await take('first');
    published = [{ k: 'first' }, { k: 'second' }];
    wait(61_000);
    await take('second');
    await take('first');
    expect(server.requests).toHaveLength(2);
  });

  test('are not fetched at the bidding of forgeries', async () => {
    await take('first');
    wait(61_000);
    for (let at = 0; at < 50; at += 1) {
      await expect(take(`guess ${at}`)).rejects.toMatchObject({ code: 'webhook_forged' });
    }
    expect(server.requests).toHaveLength(2);
  });

  test('go on to serve while the provider does not answer', async () => {
    await take('first');
    answer = (_request, response) => void response.writeHead(500).end('<html>');
    wait(2 * 3_600_000);
    await take('first');
    answer = (_request, response) => void response.end('{"keys":');
    wait(2 * 3_600_000);
    await take('first');
    expect(server.requests).toHaveLength(3);
  });

  test.each([
    ['nothing', ''],
    ['no list', '{"keys":7}'],
    ['a mebibyte', `{"keys":["${'k'.repeat(1024 * 1024)}"]}`],
    ['something deep', `{"keys":${'['.repeat(2_000)}${']'.repeat(2_000)}}`],
    ['a redirect', null],
  ])('that are %s sign nothing', async (_what, body) => {
    answer = (_request, response) => {
      if (body === null) response.writeHead(302, { location: `${server.origin}/elsewhere` });
      response.end(body ?? '');
    };
    await expect(take('first')).rejects.toMatchObject({ code: 'webhook_forged' });
    expect(server.requests).toHaveLength(1);
  });
});
