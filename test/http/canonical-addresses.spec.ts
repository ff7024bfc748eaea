import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MEMBERS } from '../../tenants/sealed-columns.js';
import { Sweep } from '../../src/control-plane/reconciler/sweep.js';
import { CatalogSignInDirectory } from '../../src/control-plane/catalog/sign-in-directory.js';
import { CanonicalizeAddresses } from '../../src/data-plane/addresses/canonicalize-addresses.js';
import { formerEmail } from '../../src/kernel/email-address.js';
import { randomWord } from '../../src/kernel/ids.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const PASSWORD = 'a quiet harbour at dawn';
const ACTOR = { kind: 'system', job: 'test' } as const;

let app: TestApp;

beforeAll(async () => {
  // The sweep comes when a test says so.
  app = await startTestApp({ sweepSeconds: 3_600, stockDatabases: 0, stockSchemas: 4 });
});
afterAll(() => app.close());

async function signUp(
  email: string,
): Promise<{ status: number; id: string; slug: string; key: string }> {
  const { status, body } = await app.call('POST', '/v1/signup', {
    body: {
      organization: 'Forms Ltd',
      owner: { name: 'O', email, password: PASSWORD },
      isolation: 'schema',
    },
  });
  return { status, id: body.tenant?.id, slug: body.tenant?.slug, key: body.apiKey };
}

async function tenantBy(email: string, password = PASSWORD): Promise<string> {
  const { body } = await app.call('POST', '/v1/login', { body: { email, password } });
  return body.tenant?.id ?? body.code;
}

async function addressesOf(key: string): Promise<string[]> {
  const { body } = await app.call('GET', '/v1/members', { key });
  return (body.items as { email: string }[]).map(({ email }) => email);
}

/** Somebody who joined by a link that the inviter passed on. */
async function join(key: string, email: string, password: string): Promise<string> {
  const invited = await app.call('POST', '/v1/members', { key, body: { email, role: 'admin' } });
  const [, token] = (invited.body.invitation.link as string).split('#token=');
  await app.call('POST', '/v1/invitations/accept', { body: { token, name: 'J', password } });
  return invited.body.id;
}

/** Makes of a member's address what a program of before would have kept of this text. */
async function makeFormer(tenantId: string, memberId: string, canonical: string, typed: string) {
  const { catalog, hash, keys, tenancy, tenantDatabase } = app.foundation;
  const former = formerEmail(typed);
  await tenancy.run(tenantId, ACTOR, async () => {
    const sealed = await keys.seal((cipher) => ({
      email: cipher.sealText(MEMBERS.email, memberId, former),
      hash: cipher.hash('email', former),
    }));
    await tenantDatabase.query({
      text: 'UPDATE members SET email = $2, email_hash = $3 WHERE id = $1',
      values: [memberId, sealed.email, sealed.hash],
    });
  });
  await catalog.query(
    'UPDATE sign_ins SET email_hash = $1 WHERE email_hash = $2 AND tenant_id = $3',
    [hash.of('email', former), hash.ofEmail(canonical), tenantId],
  );
  await catalog.query('UPDATE tenants SET address_form = 1 WHERE id = $1', [tenantId]);
}

async function ownerOf(key: string): Promise<string> {
  const { body } = await app.call('GET', '/v1/members', { key });
  return body.items[0].id;
}

const sweep = () =>
  app.foundation.tenancy.central(() => app.app.get(Sweep, { strict: false }).execute());

async function stateOf(tenantId: string) {
  const [row] = await app.look<{ form: number; listed: string[] }>(
    app.config.catalogDatabase,
    `SELECT address_form AS form, (SELECT array_agg(encode(email_hash, 'hex') ORDER BY email_hash)
        FROM sign_ins WHERE tenant_id = $1) AS listed FROM tenants WHERE id = $1`,
    [tenantId],
  );
  return row;
}

const hashOf = (email: string) => app.foundation.hash.ofEmail(email).toString('hex');

/** Accents apart, a domain in Unicode, capitals: one address, three spellings. */
function spellings() {
  const word = randomWord(8);
  return {
    canonical: `jos\u00e9-${word}@xn--mnchen-3ya.example`,
    others: [
      `jose\u0301-${word}@m\u00fcnchen.example`,
      `JOS\u00c9-${word.toUpperCase()}@M\u00dcNCHEN.Example.`,
      `Jose\u0301-${word}@XN--MNCHEN-3YA.example`,
      `jos\u00e9-${word}@mu\u0308nchen\u3002example`,
    ],
  };
}

describe('spellings of one address', () => {
  it('are one identity, at signup, sign-in, invitation, reset and in the counts of attempts', async () => {
    const { canonical, others } = spellings();
    const made = await signUp(others[0] ?? '');
    expect(await addressesOf(made.key)).toEqual([canonical]);
    for (const other of [canonical, ...others]) expect(await tenantBy(other)).toBe(made.id);
    for (const email of others) {
      const again = await app.call('POST', '/v1/members', {
        key: made.key,
        body: { email, role: 'admin' },
      });
      expect(again.body.code).toBe('member_exists');
      const reset = await app.call('POST', '/v1/password-resets', { body: { email } });
      expect(reset.status).toBe(202);
    }
    const guesses = await Promise.all(
      Array.from({ length: 12 }, (_, n) => tenantBy(others[n % 4] ?? '', `a guess ${n}`)),
    );
    expect(guesses.filter((code) => code === 'login_throttled')).toHaveLength(2);
    expect(await tenantBy(canonical)).toBe('login_throttled');
  });

  it('are refused by every route where signs in them cannot be seen', async () => {
    const mine = await signUp(`seen-${randomWord(8)}@example.com`);
    for (const email of [
      'a\u200bda@example.com',
      'ada@exam\u00adple.com',
      '\u2066ada@example.com',
      'ada\ufe0f@example.com',
      'a\u00a0da@example.com',
    ]) {
      const owner = { name: 'O', email, password: PASSWORD };
      for (const [path, body] of [
        ['/v1/signup', { organization: 'X', owner }],
        ['/v1/login', { email, password: PASSWORD }],
        ['/v1/password-resets', { email }],
        ['/v1/email-verifications', { email }],
        ['/v1/members', { email, role: 'analyst' }],
      ] as const) {
        const answer = await app.call('POST', path, { key: mine.key, body });
        expect([path, email, answer.status]).toEqual([path, email, 422]);
      }
    }
  });
});

describe('addresses from before there was a canonical form', () => {
  it('are found as they are, then brought into form once, and found ever after', async () => {
    const { canonical, others } = spellings();
    const made = await signUp(canonical);
    const owner = await ownerOf(made.key);
    await makeFormer(made.id, owner, canonical, others[0] ?? '');
    expect(await addressesOf(made.key)).not.toEqual([canonical]);
    for (const other of [canonical, ...others]) expect(await tenantBy(other)).toBe(made.id);
    // Inviting the address finds the member, however it is kept.
    const again = await app.call('POST', '/v1/members', {
      key: made.key,
      body: { email: canonical, role: 'admin' },
    });
    expect(again.body.code).toBe('member_exists');

    await Promise.all([sweep(), sweep()]);
    expect(await stateOf(made.id)).toEqual({ form: 2, listed: [hashOf(canonical)] });
    expect(await addressesOf(made.key)).toEqual([canonical]);
    for (const other of [canonical, ...others]) expect(await tenantBy(other)).toBe(made.id);
  });

  it('are found at every moment of that, and are whole after a crash in the middle', async () => {
    const { canonical, others } = spellings();
    const made = await signUp(canonical);
    await makeFormer(made.id, await ownerOf(made.key), canonical, others[0] ?? '');
    const { catalog, hash, tenancy } = app.foundation;
    const directory = new CatalogSignInDirectory(catalog, hash);
    // Cut off when the directory has the new form and the tenant has not.
    await directory.rehash(others[0] ?? '', made.id);
    for (const other of [canonical, ...others]) expect(await tenantBy(other)).toBe(made.id);
    // Cut off before the tenant was marked as done.
    const addresses = app.app.get(CanonicalizeAddresses, { strict: false });
    const run = () => tenancy.run(made.id, ACTOR, () => addresses.execute());
    expect(await run()).toEqual({ changed: 1, collisions: 0, missed: 0 });
    expect(await run()).toEqual({ changed: 0, collisions: 0, missed: 0 });
    expect((await stateOf(made.id))?.form).toBe(1);
    await sweep();
    expect(await stateOf(made.id)).toEqual({ form: 2, listed: [hashOf(canonical)] });
  });

  it('keep what they proved, and links that were sent before', async () => {
    const { canonical, others } = spellings();
    const made = await signUp(canonical);
    await makeFormer(made.id, await ownerOf(made.key), canonical, others[0] ?? '');
    const { catalog } = app.foundation;
    await catalog.query('UPDATE sign_ins SET proved_at = now() WHERE tenant_id = $1', [made.id]);
    await catalog.query(
      `INSERT INTO address_proofs (token_hash, email_hash, tenant_id, expires_at)
       SELECT '\\x01', email_hash, tenant_id, now() + interval '1 hour' FROM sign_ins WHERE tenant_id = $1`,
      [made.id],
    );
    await sweep();
    const rows = await catalog.query<{ proved: boolean; links: number }>(
      `SELECT proved_at IS NOT NULL AS proved,
              (SELECT count(*)::int FROM address_proofs p WHERE p.email_hash = s.email_hash) AS links
         FROM sign_ins s WHERE tenant_id = $1`,
      [made.id],
    );
    expect(rows).toEqual([{ proved: true, links: 1 }]);
  });

  it('with signs that nobody sees are taken for what they look like', async () => {
    const email = `looks-${randomWord(8)}@example.com`;
    const made = await signUp(email);
    await makeFormer(made.id, await ownerOf(made.key), email, email.replace('-', '\u200b-'));
    expect(await tenantBy(email)).toBe('login_failed');
    await sweep();
    expect(await tenantBy(email)).toBe(made.id);
    expect(await addressesOf(made.key)).toEqual([email]);
  });

  it('of two members that become one stay two, both get in, and it is told', async () => {
    const { canonical, others } = spellings();
    const made = await signUp(`boss-${randomWord(8)}@example.com`);
    const other = `other-${randomWord(8)}@example.com`;
    await join(made.key, canonical, 'password of the first');
    const second = await join(made.key, other, 'password of the second');
    await makeFormer(made.id, second, other, others[0] ?? '');
    await sweep();
    expect((await stateOf(made.id))?.form).toBe(2);
    expect(await tenantBy(canonical, 'password of the first')).toBe(made.id);
    expect(await tenantBy(others[1] ?? '', 'password of the second')).toBe(made.id);
    const log = await app.call('GET', '/v1/audit-log', { key: made.key });
    const told = (log.body.items as { action: string; targetId: string }[]).filter(
      ({ action }) => action === 'member.addresses-collide',
    );
    expect(told.map(({ targetId }) => targetId)).toEqual([second]);
    // Whoever of them is removed takes nothing of the other's along.
    expect((await app.call('DELETE', `/v1/members/${second}`, { key: made.key })).status).toBe(204);
    expect(await tenantBy(canonical, 'password of the first')).toBe(made.id);
    expect(await tenantBy(canonical, 'password of the second')).toBe('login_failed');
  });

  it('that were tampered with hold nobody else up', async () => {
    const { canonical, others } = spellings();
    const made = await signUp(`boss-${randomWord(8)}@example.com`);
    const broken = await join(made.key, `broken-${randomWord(8)}@example.com`, PASSWORD);
    const whole = await join(made.key, canonical, PASSWORD);
    await makeFormer(made.id, whole, canonical, others[0] ?? '');
    const { tenancy, tenantDatabase } = app.foundation;
    await tenancy.run(made.id, ACTOR, () =>
      tenantDatabase.query({
        text: 'UPDATE members SET email = name WHERE id = $1',
        values: [broken],
      }),
    );
    await sweep();
    expect(await stateOf(made.id)).toMatchObject({ form: 2 });
    expect((await stateOf(made.id))?.listed).toContain(hashOf(canonical));
  });
});

describe('an address that strangers took many times before its owner came', () => {
  it('still finds its owner among the few that a sign-in tries, and all for a mail', async () => {
    const { catalog, hash } = app.foundation;
    const directory = new CatalogSignInDirectory(catalog, hash);
    const email = `${randomWord(12)}@example.com`;
    const joined: string[] = [];
    for (let at = 0; at < 12; at += 1) {
      const id = `tnt_${randomWord(20)}`;
      joined.push(id);
      await catalog.query(
        `INSERT INTO tenants (id, status, isolation, region) VALUES ($1, 'active', 'schema', 'local')`,
        [id],
      );
      await directory.add(email, id);
    }
    try {
      const found = (await directory.find(email)).map(({ tenantId }) => tenantId);
      expect(found).toEqual([...joined.slice(0, 4), ...joined.slice(8)]);
      expect(await directory.find(email, undefined, 40)).toHaveLength(12);
    } finally {
      await catalog.query('DELETE FROM sign_ins WHERE tenant_id = ANY ($1)', [joined]);
      await catalog.query('DELETE FROM tenants WHERE id = ANY ($1)', [joined]);
    }
  });
});
