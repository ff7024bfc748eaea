import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { MarkRevoked } from '../../../src/data-plane/integrations/mark-revoked.js';
import { TokenDestroyer } from '../../../src/data-plane/integrations/token-destroyer.js';
import { TokenBroker } from '../../../src/data-plane/tokens/token-broker.js';
import { atTheStand } from './support/at-the-stand.js';
import { Browser } from './support/browser.js';
import type { Connecting } from './support/connect.js';
import { LEMON_BERLIN, LEMON_TOKYO } from './support/lemon-stand.js';

const here = atTheStand();
let connecting: Connecting;
let id: string;

beforeEach(async () => {
  connecting = await here.signUp();
  ({ id } = await connecting.connect());
});

function inTenant<T>(work: () => Promise<T>): Promise<T> {
  const actor = { kind: 'system', job: 'test' } as const;
  return here.app.foundation.tenancy.run(connecting.tenant.id, actor, work);
}

const revoke = () =>
  inTenant(() => here.app.app.get(MarkRevoked, { strict: false }).execute(id, 'provider-told'));

const token = async (): Promise<string> =>
  (
    await inTenant(() => here.app.app.get(TokenBroker, { strict: false }).access(id))
  ).token.reveal();

async function reconnect(accounts = [LEMON_BERLIN]) {
  const browser = new Browser(here.app);
  const consent = await connecting.open(await connecting.reconnect(id), browser);
  return browser.get(`/oauth/callback/lemonade?${here.stand.consent(consent, accounts)}`);
}

describe('an integration whose access was taken back', () => {
  it('is revoked: no tokens, no next sync, and it says what to do', async () => {
    await revoke();
    expect(await connecting.read(id)).toMatchObject({
      status: 'revoked',
      account: { name: LEMON_BERLIN.name },
      nextSyncAt: null,
      problem: { code: 'grant_revoked', whatToDo: expect.stringContaining('Reconnect') },
    });
    expect((await connecting.secrets()).filter((name) => name.includes(id))).toEqual([]);
    expect(await connecting.dueAt(id)).toBeNull();
  });

  it('is written down once, however often it is learnt', async () => {
    await Promise.all([revoke(), revoke()]);
    await revoke();
    const revocations = (await connecting.audit(id)).filter((it) => it === 'integration.revoked');
    expect(revocations).toHaveLength(1);
  });

  it('asks for a new consent when one that came at the same moment lost its tokens', async () => {
    const tokens = here.app.app.get(TokenDestroyer, { strict: false });
    const real = tokens.destroy.bind(tokens);
    const spy = jest.spyOn(tokens, 'destroy').mockImplementationOnce(async (of) => {
      expect((await reconnect()).status).toBe(200);
      await real(of);
    });
    await revoke();
    spy.mockRestore();
    expect(await connecting.read(id)).toMatchObject({
      status: 'reconnect',
      problem: { code: 'reconnect_needed' },
    });
    expect((await reconnect()).status).toBe(200);
    await expect(token()).resolves.toEqual(expect.any(String));
  });

  it('goes on after a new consent', async () => {
    await revoke();
    const page = await reconnect();
    expect(page.status).toBe(200);
    expect(await connecting.read(id)).toMatchObject({ status: 'active', problem: null });
    expect(await connecting.audit(id)).toContain('integration.reconnected');
    expect(await connecting.dueAt(id)).toBeLessThanOrEqual(Date.now());
    await expect(token()).resolves.toEqual(expect.any(String));
  });
});

describe('a new consent', () => {
  it('for one that works gives it new tokens', async () => {
    const before = await token();
    expect((await reconnect()).status).toBe(200);
    expect(await token()).not.toBe(before);
  });

  it('must end at the same account, or changes nothing', async () => {
    const before = await token();
    const page = await reconnect([LEMON_TOKYO]);
    expect(page.status).toBe(409);
    expect(page.body).toContain('connect_wrong_account');
    expect(await connecting.read(id)).toMatchObject({
      status: 'active',
      account: { name: LEMON_BERLIN.name },
    });
    expect(await token()).toBe(before);
  });

  it('finds the account among several by itself', async () => {
    expect((await reconnect([LEMON_TOKYO, LEMON_BERLIN])).status).toBe(200);
    expect(await connecting.read(id)).toMatchObject({ account: { name: LEMON_BERLIN.name } });
  });

  it('that is denied leaves what was there', async () => {
    const browser = new Browser(here.app);
    const consent = await connecting.open(await connecting.reconnect(id), browser);
    const state = new URL(consent).searchParams.get('state') ?? '';
    const page = await browser.get(`/oauth/callback/lemonade?error=access_denied&state=${state}`);
    expect(page.status).toBe(403);
    expect(await connecting.read(id)).toMatchObject({ status: 'active' });
  });

  it('is not asked for one that was disconnected', async () => {
    const { key } = connecting.tenant;
    await here.app.call('DELETE', `/v1/integrations/${id}`, { key });
    const answer = await here.app.call('POST', `/v1/integrations/${id}/reconnect`, {
      key,
      body: {},
    });
    expect(answer).toMatchObject({ status: 409, body: { code: 'integration_disconnected' } });
  });

  it('is given to one whose link ran out', async () => {
    const begun = await connecting.begin();
    id = begun.id;
    await connecting.behind('UPDATE connection_attempts SET expires_at = now()');
    expect((await reconnect([LEMON_TOKYO])).status).toBe(200);
    expect(await connecting.read(id)).toMatchObject({ status: 'active' });
  });
});
