import { afterEach, describe, expect, it } from '@jest/globals';
import { createMailer } from '../../src/infrastructure/mail/smtp.mailer.js';
import { Secret } from '../../src/kernel/secret.js';
import { smtpServer, stopSmtpServers } from '../support/smtp-server.js';

afterEach(stopSmtpServers);

const mailer = (url: string, mailFrom = 'NuMoon <no-reply@numoon.example>') =>
  createMailer({ smtpUrl: new Secret(url), mailFrom });
const mail = {
  to: 'maria@example.com',
  subject: 'Your invitation',
  text: 'Open https://x.example/1',
};

describe('mail', () => {
  it('is not sent, and says so, without a mail server', async () => {
    expect(await createMailer({ smtpUrl: null, mailFrom: 'x' }).send(mail)).toBe('not-configured');
  });

  it('reaches the server with one recipient, sender, subject and text', async () => {
    const { port, sessions } = await smtpServer();
    const text = 'Grüße\n.\nhttps://x.example/?token=abc';
    expect(
      await mailer(`smtp://127.0.0.1:${port}`).send({
        ...mail,
        subject: 'Einladung für Sie',
        text,
      }),
    ).toBe('sent');
    const [session] = sessions;
    expect(
      session?.commands
        .filter((line) => /^(MAIL|RCPT)/.test(line))
        .map((line) => line.split(' BODY')[0]),
    ).toEqual(['MAIL FROM:<no-reply@numoon.example>', 'RCPT TO:<maria@example.com>']);
    expect(session?.message).toMatch(/^From: NuMoon <no-reply@numoon\.example>$/m);
    expect(session?.message).toMatch(/^To: maria@example\.com$/m);
    expect(session?.message).toMatch(/^Subject: =\?UTF-8\?/m);
  });

  it.each([
    'maria@example.com\r\nBcc: all@example.com',
    'maria@example.com\nRCPT TO:<x@example.com>',
    'maria@example.com, eve@example.com',
    'maria@example.com;eve@example.com',
    'Maria <maria@example.com>',
    '<maria@example.com>',
    '"maria\\" eve"@example.com',
    'maria@example.com>',
    'maria@[127.0.0.1]',
    'maria',
    '@example.com',
    'maria@',
    'maria@example..com',
    'maria@example.com.',
    `maria@${'a'.repeat(240)}!`,
    `maria@${'a-'.repeat(120)}!`,
    'maria@-example.com',
    'maria @example.com',
    'maria@example.com\0',
    `${'m'.repeat(65)}@example.com`,
    `m@${'e'.repeat(60)}.${'e'.repeat(60)}.${'e'.repeat(60)}.${'e'.repeat(60)}.${'e'.repeat(60)}`,
    '',
  ])('to %j is refused before anything is sent', async (to) => {
    const { port, sessions } = await smtpServer();
    await expect(mailer(`smtp://127.0.0.1:${port}`).send({ ...mail, to })).rejects.toMatchObject({
      code: 'mail_address_invalid',
    });
    expect(sessions).toEqual([]);
  });

  it.each([
    'maria+tag@example.co.uk',
    "o'neil_1@sub.example.com",
    'x@localhost',
    'maria@münchen.example',
  ])('to %s is sent to exactly that one recipient', async (to) => {
    const { port, sessions } = await smtpServer();
    await mailer(`smtp://127.0.0.1:${port}`).send({ ...mail, to });
    expect(sessions[0]?.commands.filter((line) => line.startsWith('RCPT'))).toHaveLength(1);
  });

  it.each([
    'Hello\r\nBcc: all@example.com',
    'Hello\nX: 1',
    'Hello\rX',
    'a\u2028b',
    'a\0',
    'x'.repeat(201),
  ])('with the subject %j is refused', async (subject) => {
    const { port, sessions } = await smtpServer();
    await expect(
      mailer(`smtp://127.0.0.1:${port}`).send({ ...mail, subject }),
    ).rejects.toMatchObject({
      code: 'mail_subject_invalid',
    });
    expect(sessions).toEqual([]);
  });

  it('keeps text that looks like headers or the end of the message inside the text', async () => {
    const { port, sessions } = await smtpServer();
    const text = 'a\r\n.\r\nMAIL FROM:<eve@example.com>\r\nBcc: all@example.com\r\n';
    await mailer(`smtp://127.0.0.1:${port}`).send({ ...mail, text });
    expect(sessions[0]?.commands.filter((line) => line.startsWith('MAIL'))).toHaveLength(1);
    const [headers] = (sessions[0]?.message ?? '').split('\n\n');
    expect(headers).not.toContain('Bcc');
  });

  it.each(['bad sender', 'X <a@b.c>\r\nBcc: d@e.f', 'X\r\nBcc: d@e.f <a@b.c>'])(
    'from %j is refused at start-up',
    (from) => {
      expect(() => mailer('smtp://localhost', from)).toThrow(
        expect.objectContaining({ name: 'MailError' }),
      );
    },
  );
});

describe('a failing mail server', () => {
  it('is an error with a code that names neither the recipient nor what the server said', async () => {
    const { port } = await smtpServer((line) =>
      line.startsWith('RCPT') ? '550 5.1.1 <maria@example.com> unknown' : null,
    );
    const failure: Error = await mailer(`smtp://127.0.0.1:${port}`)
      .send(mail)
      .then(
        () => new Error('sent'),
        (error: Error) => error,
      );
    expect(failure).toMatchObject({ code: 'mail_failed', fields: { responseCode: 550 } });
    expect(JSON.stringify(failure) + String(failure.stack) + String(failure.cause)).not.toContain(
      'maria',
    );
  });

  it('that cannot be reached is an error with a code', async () => {
    await expect(mailer('smtp://127.0.0.1:1').send(mail)).rejects.toMatchObject({
      code: 'mail_failed',
    });
  });
});

describe('encryption of mail', () => {
  it('is demanded of a server that offers none, and neither password nor message is sent', async () => {
    const { port, sessions } = await smtpServer((line) =>
      line.startsWith('EHLO')
        ? '250-test\r\n250 AUTH PLAIN'
        : line === 'STARTTLS'
          ? '502 no'
          : null,
    );
    for (const url of [
      `smtp://user:pa%40ss@127.0.0.1:${port}`,
      `smtp://127.0.0.1:${port}?tls=required`,
    ]) {
      await expect(mailer(url).send(mail)).rejects.toMatchObject({ code: 'mail_failed' });
    }
    expect(sessions).toHaveLength(2);
    for (const { commands } of sessions) expect(commands.join()).not.toMatch(/AUTH|MAIL|RCPT|DATA/);
  });
});
