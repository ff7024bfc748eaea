import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SyncSchedule } from '../../../src/data-plane/sync/sync-schedule.js';
import { TokenBroker } from '../../../src/data-plane/tokens/token-broker.js';
import { ProviderAccountDirectory } from '../../../src/data-plane/webhooks/provider-account-directory.js';
import type { Answer } from '../../support/test-app.js';
import { atTheStand } from './support/at-the-stand.js';
import { Browser } from './support/browser.js';
import type { Connecting } from './support/connect.js';
import { LEMON_BERLIN } from './support/lemon-stand.js';

const here = atTheStand();
let connecting: Connecting;

beforeEach(async () => {
  connecting = await here.signUp();
});

/** The real part fails in the one call that `breaks` picks, as if the process had ended there. */
function breakOff(part: unknown, method: string, breaks: number): () => void {
  const real = here.app.app.get(part as never, { strict: false }) as Record<string, () => unknown>;
  const original = real[method] as (...args: unknown[]) => unknown;
  let calls = 0;
  const spy = jest.spyOn(real, method).mockImplementation(((...args: unknown[]) => {
    calls += 1;
    if (calls === breaks) throw new Error('the process ended here');
    return Reflect.apply(original, real, args);
  }) as () => unknown);
  return () => spy.mockRestore();
}

async function reconnect(id: string): Promise<Answer> {
  const browser = new Browser(here.app);
  const consent = await connecting.open(await connecting.reconnect(id), browser);
  return browser.get(`/oauth/callback/lemonade?${here.stand.consent(consent, [LEMON_BERLIN])}`);
}

describe('a process that ends while it connects', () => {
  it.each([
    ['keeping the tokens', TokenBroker, 'keep', 1],
    ['saying where the account leads', ProviderAccountDirectory, 'add', 1],
    ['planning the first sync', SyncSchedule, 'hasten', 1],
  ] as const)(
    'in %s has connected nothing, and a new link connects it',
    async (_what, part, method, at) => {
      const mend = breakOff(part, method, at);
      const { id, page } = await connecting.connect();
      mend();
      expect(page.status).toBe(500);
      expect(page.body).toContain('<code class="chip">internal_error</code>');
      expect(page.body).not.toContain('the process ended here');
      expect(await connecting.read(id)).toMatchObject({ status: 'connecting', account: null });
      expect((await reconnect(id)).status).toBe(200);
      expect(await connecting.read(id)).toMatchObject({ status: 'active' });
      expect(await connecting.isListed(id)).toBe(true);
      expect(await connecting.dueAt(id)).not.toBeNull();
    },
  );

  it('after the commit has connected it, and it is synced within a minute', async () => {
    const mend = breakOff(SyncSchedule, 'hasten', 2);
    const { id, page } = await connecting.connect();
    mend();
    expect(page.status).toBe(200);
    expect(await connecting.read(id)).toMatchObject({ status: 'active' });
    expect(await connecting.isListed(id)).toBe(true);
    const due = (await connecting.dueAt(id)) ?? Infinity;
    expect(due).toBeGreaterThan(Date.now());
    expect(due).toBeLessThanOrEqual(Date.now() + 60_000);
  });

  it('between taking the answer in and using it leaves an attempt that counts for nothing', async () => {
    const browser = new Browser(here.app);
    const { id, link } = await connecting.begin();
    const consent = await connecting.open(link, browser);
    const back = `/oauth/callback/lemonade?${here.stand.consent(consent)}`;
    await connecting.behind(`UPDATE connection_attempts SET stage = 'exchanging', memory = NULL`);
    expect((await browser.get(back)).body).toContain('connect_replayed');
    expect((await reconnect(id)).status).toBe(200);
    expect(await connecting.read(id)).toMatchObject({ status: 'active' });
  });
});
