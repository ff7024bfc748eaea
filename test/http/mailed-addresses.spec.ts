import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { BackgroundWork } from '../../src/data-plane/background-work.js';
import { randomWord } from '../../src/kernel/ids.js';
import { Secret } from '../../src/kernel/secret.js';
import { smtpServer, type SmtpSession, stopSmtpServers } from '../support/smtp-server.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const PASSWORD = 'a quiet harbour at dawn';

let app: TestApp;
let mails: SmtpSession[];
let isAway = false;

beforeAll(async () => {
  const smtp = await smtpServer((line) => (isAway && line === 'DATA' ? '451 not now' : null));
  mails = smtp.sessions;
  const smtpUrl = new Secret(`smtp://127.0.0.1:${smtp.port}?tls=off`);
  app = await startTestApp({ smtpUrl, stockDatabases: 0, stockSchemas: 2 });
});
afterAll(async () => {
  await app.close();
  await stopSmtpServers();
});

const address = (): string => `owner-${randomWord(10)}@corp.example`;

async function mailsTo(email: string): Promise<string[]> {
  await app.app.get(BackgroundWork, { strict: false }).settled();
  return mails
    .filter(({ commands }) => commands.some((it) => it.startsWith(`RCPT TO:<${email}>`)))
    .map(({ message }) => message.replaceAll('=\n', '').replaceAll('=3D', '='));
}

const tokenIn = (mail: string | undefined): string => /#token=(\S+)/.exec(mail ?? '')?.[1] ?? '';

const signUp = (email: string, organization = 'Forms Ltd') =>
  app.call('POST', '/v1/signup', {
    body: { organization, owner: { name: 'O', email, password: PASSWORD }, isolation: 'schema' },
  });
const logIn = async (email: string, password = PASSWORD) => {
  const { status, body } = await app.call('POST', '/v1/login', { body: { email, password } });
  return [status, body.code ?? body.tenant.id];
};

it('where mail is set up an address must be proved, by a mail that names the organisation', async () => {
  const email = address();
  const made = await signUp(email, 'Bluebird "evil.example/x" Ltd');
  expect(await logIn(email)).toEqual([403, 'email_unproved']);
  const [mail, ...more] = await mailsTo(email);
  expect(more).toEqual([]);
  // Nothing in the name of an organisation becomes a link in somebody's mailbox.
  expect(mail).toContain(`"Bluebird 'evil . example / x' Ltd" (${made.body.tenant.slug}):`);
  await app.call('POST', '/v1/email-verifications/complete', { body: { token: tokenIn(mail) } });
  expect(await logIn(email)).toEqual([200, made.body.tenant.id]);
});

it('an invitation that was mailed proves the address of whoever joins by it', async () => {
  const owner = await signUp(address());
  const email = address();
  const invited = await app.call('POST', '/v1/members', {
    key: owner.body.apiKey,
    body: { email, role: 'analyst' },
  });
  expect(invited.body.invitation.link).toBeUndefined();
  const [mail] = await mailsTo(email);
  const joined = await app.call('POST', '/v1/invitations/accept', {
    body: { token: tokenIn(mail), name: 'J', password: PASSWORD },
  });
  expect(joined.status).toBe(200);
  expect(await logIn(email)).toEqual([200, owner.body.tenant.id]);
  expect(await mailsTo(email)).toHaveLength(1);
});

it('an invitation that the tenant’s own role planted proves nothing', async () => {
  const owner = await signUp(address());
  const [victim, mallory] = [address(), address()];
  const ids: string[] = [];
  for (const email of [victim, mallory]) {
    const { body } = await app.call('POST', '/v1/members', {
      key: owner.body.apiKey,
      body: { email, role: 'analyst' },
    });
    ids.push(body.id);
  }
  const [mail] = await mailsTo(mallory);
  // The link that was mailed to one leads to the other's row.
  const { tenancy, tenantDatabase } = app.foundation;
  await tenancy.run(owner.body.tenant.id, { kind: 'system', job: 'test' }, () =>
    tenantDatabase.query({
      text: 'UPDATE invitations SET member_id = $1 WHERE member_id = $2',
      values: ids,
    }),
  );
  const joined = await app.call('POST', '/v1/invitations/accept', {
    body: { token: tokenIn(mail), name: 'M', password: PASSWORD },
  });
  expect(joined.body.member.email).toBe(victim);
  expect(await logIn(victim)).toEqual([403, 'email_unproved']);
});

it('a mail server that is away refuses no account, and the link can be had later', async () => {
  const email = address();
  isAway = true;
  try {
    expect((await signUp(email)).status).toBe(201);
    await mailsTo(email);
  } finally {
    isAway = false;
  }
  const asked = await app.call('POST', '/v1/email-verifications', { body: { email } });
  expect(asked.status).toBe(202);
  const token = tokenIn((await mailsTo(email)).at(-1));
  const done = await app.call('POST', '/v1/email-verifications/complete', { body: { token } });
  expect(done.status).toBe(200);
});
