import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BackgroundWork } from '../../src/data-plane/background-work.js';
import { randomWord } from '../../src/kernel/ids.js';
import { startTestApp, type Answer, type TestApp } from '../support/test-app.js';
import { controlUrl } from '../support/test-postgres.js';
import { ShownLinks } from './support/shown-links.js';

const links = new ShownLinks();
let app: TestApp;

beforeAll(async () => {
  app = await startTestApp(
    { verifyEmail: 'on', stockDatabases: 0, stockSchemas: 3 },
    controlUrl(),
    { showLink: links.show },
  );
});
afterAll(() => app.close());
beforeEach(() => void links.take());

const address = (): string => `owner-${randomWord(10)}@corp.example`;
const settled = () => app.app.get(BackgroundWork, { strict: false }).settled();

/** An account as somebody opens it, and the link that its address was sent. */
async function open(email: string, password: string, organization = 'Somebody Ltd') {
  const answer = await app.call('POST', '/v1/signup', {
    body: { organization, owner: { name: 'O', email, password }, isolation: 'schema' },
  });
  expect(answer.status).toBe(201);
  await settled();
  const [link] = links.take('email-verification');
  const { tenant, apiKey } = answer.body as {
    tenant: { id: string; slug: string };
    apiKey: string;
  };
  return { ...tenant, apiKey, password, email, token: link?.token ?? '' };
}

const logIn = (email: string, password: string, organization?: string) =>
  app.call('POST', '/v1/login', {
    body: { email, password, ...(organization && { organization }) },
  });
const complete = (token: string) =>
  app.call('POST', '/v1/email-verifications/complete', { body: { token } });

async function ask(path: string, body: object) {
  links.take();
  const answer = await app.call('POST', path, { body });
  expect([answer.status, answer.body]).toEqual([202, { status: 'accepted' }]);
  await settled();
  return links.take();
}

const gist = ({ status, body }: Answer) => [status, body.code ?? body.tenant?.id];

const MALLORYS = 'a password of mallory';
const VICTIMS = 'a password of the victim';

describe.each([
  ['before its owner', true],
  ['after its owner', false],
])('an address that a stranger signs up with %s', (_, strangerFirst) => {
  it('leads to the tenant of whoever proved it, and to the other only by name', async () => {
    const email = address();
    const opens = [
      () => open(email, MALLORYS, 'Evil Corp'),
      () => open(email, VICTIMS, 'Good Corp'),
    ] as const;
    const [one, two] = strangerFirst
      ? [await opens[0](), await opens[1]()]
      : [await opens[1](), await opens[0]()];
    const [mallorys, victims] = strangerFirst ? [one, two] : [two, one];

    // Nobody has proved anything: each is in by naming what is theirs, and told of that alone.
    for (const mine of [mallorys, victims]) {
      const unnamed = await logIn(email, mine.password);
      expect(gist(unnamed)).toEqual([403, 'email_unproved']);
      expect(unnamed.body.organizations).toEqual([{ name: expect.any(String), slug: mine.slug }]);
      expect(gist(await logIn(email, mine.password, mine.slug))).toEqual([200, mine.id]);
    }
    expect(gist(await logIn(email, VICTIMS, mallorys.slug))).toEqual([401, 'login_failed']);
    // A reset of what is not proved is answered with the links that prove it.
    const asked = await ask('/v1/password-resets', { email });
    expect(asked.map(({ kind }) => kind)).toEqual(['email-verification', 'email-verification']);
    expect(asked.map(({ tenantId }) => tenantId).toSorted()).toEqual(
      [mallorys.id, victims.id].toSorted(),
    );

    const proved = await complete(victims.token);
    expect([proved.status, proved.body]).toEqual([
      200,
      { status: 'proved', organization: { name: 'Good Corp', slug: victims.slug } },
    ]);
    expect(gist(await logIn(email, VICTIMS))).toEqual([200, victims.id]);
    expect(gist(await logIn(email, MALLORYS))).toEqual([403, 'email_unproved']);
    const resets = await ask('/v1/password-resets', { email });
    expect(resets).toMatchObject([{ kind: 'password-reset', tenantId: victims.id }]);
    // Naming it gets no reset of it either.
    const named = await ask('/v1/password-resets', { email, organization: mallorys.slug });
    expect(named).toMatchObject([{ kind: 'email-verification', tenantId: mallorys.id }]);
    const key = await app.call('GET', '/v1/tenant', { key: mallorys.apiKey });
    expect(key.body.id).toBe(mallorys.id);
  });
});

describe('the link of an address', () => {
  it('works once, also for several at once, and opening its page proves nothing', async () => {
    const mine = await open(address(), VICTIMS);
    for (let i = 0; i < 3; i += 1) {
      expect((await app.call('GET', `/verify-email?token=${mine.token}`)).status).toBe(200);
      expect((await app.call('GET', `/v1/email-verifications/complete`)).status).toBe(405);
    }
    expect(gist(await logIn(mine.email, VICTIMS))).toEqual([403, 'email_unproved']);
    const answers = await Promise.all(Array.from({ length: 5 }, () => complete(mine.token)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 404, 404, 404, 404]);
    expect((await complete(mine.token)).body.code).toBe('email_verification_invalid');
    expect(gist(await logIn(mine.email, VICTIMS))).toEqual([200, mine.id]);
  });

  it('is no good when it has expired, of another tenant, made up or malformed', async () => {
    const mine = await open(address(), VICTIMS);
    const other = await open(address(), VICTIMS);
    const invalid = async (token: string) =>
      expect(gist(await complete(token))).toEqual([404, 'email_verification_invalid']);
    await invalid(`${other.id.slice(4)}${mine.token.slice(20)}`);
    await invalid(`${mine.id.slice(4)}.${'A'.repeat(43)}`);
    await invalid(`${'a'.repeat(20)}.${'A'.repeat(43)}`);
    await invalid('nonsense-nonsense-nonsense');
    await app.look(
      app.config.catalogDatabase,
      `UPDATE address_proofs SET expires_at = now() - interval '1 second' WHERE tenant_id = $1`,
      [mine.id],
    );
    await invalid(mine.token);
    expect((await ask('/v1/email-verifications', { email: mine.email })).length).toBe(1);
    expect((await complete(other.token)).status).toBe(200);
  });

  it('can be sent again, for each tenant that waits for it and for no other', async () => {
    const email = address();
    const [one, two] = [await open(email, VICTIMS), await open(email, MALLORYS)];
    const both = await ask('/v1/email-verifications', { email });
    expect(both.map(({ tenantId }) => tenantId)).toEqual([one.id, two.id]);
    const named = await ask('/v1/email-verifications', { email, organization: two.slug });
    expect(named.map(({ tenantId }) => tenantId)).toEqual([two.id]);
    // The earlier ones are good as well: one may be read before the other has come.
    expect((await complete(one.token)).status).toBe(200);
    expect((await ask('/v1/email-verifications', { email })).length).toBe(1);
    expect(await ask('/v1/email-verifications', { email: address() })).toEqual([]);
  });

  it('goes with the tenant', async () => {
    const mine = await open(address(), VICTIMS);
    const closed = await app.call('POST', '/v1/account/closure', {
      key: mine.apiKey,
      body: { confirm: mine.slug, password: VICTIMS, graceDays: 0 },
    });
    expect(closed.status).toBe(202);
    for (let tries = 0; tries < 200; tries += 1) {
      const [row] = await app.look<{ left: number }>(
        app.config.catalogDatabase,
        `SELECT (SELECT count(*) FROM address_proofs WHERE tenant_id = $1)::int
              + (SELECT count(*) FROM tenants WHERE id = $1 AND status <> 'purged')::int AS left`,
        [mine.id],
      );
      if (row?.left === 0) {
        expect(gist(await complete(mine.token))).toEqual([404, 'email_verification_invalid']);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error('The purge left links, or did not end.');
  });
});

async function provedOwner() {
  const mine = await open(address(), VICTIMS);
  await complete(mine.token);
  return mine;
}
const reset = async (email: string, more: object = {}, headers: Record<string, string> = {}) => {
  const [link] = await ask('/v1/password-resets', { email });
  const body = { token: link?.token, password: 'seven lamps along the quay', ...more };
  return app.call('POST', '/v1/password-resets/complete', { body, headers });
};

describe('a reset', () => {
  it('ends sessions, and says which keys stay and of which organisation it was', async () => {
    const mine = await provedOwner();
    const session = await logIn(mine.email, VICTIMS);
    const cookie = (session.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    expect((await app.call('GET', '/v1/me', { headers: { cookie } })).status).toBe(200);
    const done = await reset(mine.email);
    expect(done.status).toBe(200);
    expect(done.body).toEqual({
      organization: { name: 'Somebody Ltd', slug: mine.slug },
      revokedApiKeys: 0,
      apiKeys: [
        {
          id: expect.stringMatching(/^key_/),
          name: 'First key',
          role: 'owner',
          hint: mine.apiKey.slice(-4),
          createdAt: expect.any(String),
        },
      ],
    });
    expect((await app.call('GET', '/v1/me', { headers: { cookie } })).status).toBe(401);
    expect((await app.call('GET', '/v1/me', { key: mine.apiKey })).status).toBe(200);
  });

  it('ends the keys as well when it is told to, in the same moment', async () => {
    const mine = await provedOwner();
    const analyst = await app.call('POST', '/v1/api-keys', {
      key: mine.apiKey,
      body: { name: 'reports', role: 'analyst' },
    });
    const done = await reset(mine.email, { revokeKeys: true });
    expect(done.body).toMatchObject({ revokedApiKeys: 2, apiKeys: [] });
    for (const key of [mine.apiKey, analyst.body.key as string]) {
      expect((await app.call('GET', '/v1/me', { key })).status).toBe(401);
    }
    expect(gist(await reset(mine.email, { revokeKeys: 'yes' }))[0]).toBe(422);
  });

  it('that was answered is answered again for the same Idempotency-Key', async () => {
    const mine = await provedOwner();
    const [link] = await ask('/v1/password-resets', { email: mine.email });
    const call = () =>
      app.call('POST', '/v1/password-resets/complete', {
        body: { token: link?.token, password: 'seven lamps along the quay' },
        headers: { 'idempotency-key': `reset-${mine.id}` },
      });
    const first = await call();
    expect(first.status).toBe(200);
    expect((await call()).body).toEqual(first.body);
  });
});

describe('somebody invited', () => {
  it('by a link that the inviter saw proves nothing by it, and is sent one that does', async () => {
    const mine = await open(address(), MALLORYS);
    const email = address();
    const invited = await app.call('POST', '/v1/members', {
      key: mine.apiKey,
      body: { email, role: 'owner' },
    });
    const [, token] = (invited.body.invitation.link as string).split('#token=');
    links.take();
    const joined = await app.call('POST', '/v1/invitations/accept', {
      body: { token, name: 'V', password: MALLORYS },
    });
    expect(joined.status).toBe(200);
    await settled();
    expect(gist(await logIn(email, MALLORYS))).toEqual([403, 'email_unproved']);
    const [link] = links.take('email-verification');
    expect(link?.tenantId).toBe(mine.id);
    await complete(link?.token ?? '');
    expect(gist(await logIn(email, MALLORYS))).toEqual([200, mine.id]);
  });
});
