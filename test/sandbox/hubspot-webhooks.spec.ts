import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../sandbox/start.js';
import { HubSpotVisit } from './hubspot-visit.js';

interface Delivery {
  headers: Record<string, string>;
  body: string;
}

let sandbox: Sandbox;
let visit: HubSpotVisit;
let receiver: Server;
let url: string;
const got: Delivery[] = [];

beforeAll(async () => {
  sandbox = await startSandbox();
  visit = new HubSpotVisit(sandbox);
  receiver = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      got.push({
        headers: request.headers as Record<string, string>,
        body: Buffer.concat(parts).toString('utf8'),
      });
      response.end();
    });
  });
  await new Promise<void>((ready) => receiver.listen(0, '127.0.0.1', ready));
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/webhooks/hubspot?a=1%20b`;
});
afterAll(async () => {
  receiver.close();
  await sandbox.close();
});

async function deliver(order: object): Promise<Delivery> {
  await visit.admin('webhooks/hubspot/acme', { url, topic: 'deal.propertyChange', ...order });
  const last = got.at(-1);
  if (last === undefined) throw new Error('Nothing was delivered.');
  return last;
}

function isSigned({ headers, body }: Delivery): boolean {
  const text = `POST${url}${body}${headers['x-hubspot-request-timestamp']}`;
  const right = createHmac('sha256', visit.app.clientSecret).update(text).digest('base64');
  return headers['x-hubspot-signature-v3'] === right;
}

describe('a webhook of HubSpot', () => {
  test('is signed over method, full address, body and time', async () => {
    const delivery = await deliver({});
    expect(isSigned(delivery)).toBe(true);
    expect(isSigned({ ...delivery, body: `${delivery.body} ` })).toBe(false);
    const age = Date.now() - Number(delivery.headers['x-hubspot-request-timestamp']);
    expect(Math.abs(age)).toBeLessThan(300_000);
  });

  test('can be signed wrongly, long ago, or not at all', async () => {
    expect(isSigned(await deliver({ signature: 'wrong' }))).toBe(false);
    const stale = await deliver({ signature: 'stale' });
    expect(isSigned(stale)).toBe(true);
    const age = Date.now() - Number(stale.headers['x-hubspot-request-timestamp']);
    expect(age).toBeGreaterThan(300_000);
    const none = await deliver({ signature: 'none' });
    expect(none.headers['x-hubspot-signature-v3']).toBeUndefined();
  });

  test('is a list of events that may be of several hubs', async () => {
    const { body } = await deliver({ eventId: '77', payload: [{}, { portalId: 51_200_934 }] });
    expect(JSON.parse(body)).toMatchObject([
      { eventId: 77, portalId: 24_310_587, subscriptionType: 'deal.propertyChange' },
      { eventId: 78, portalId: 51_200_934 },
    ]);
  });

  test('of an unknown kind is not sent', async () => {
    await expect(deliver({ topic: 'app.uninstalled' })).rejects.toThrow('topic is one of');
  });
});
