import { describe, expect, it } from '@jest/globals';
import { smtpOptions } from '../../src/infrastructure/mail/smtp-options.js';

describe('the mail server URL', () => {
  it.each([
    ['smtp://mail.example.com', { port: 587, secure: false, requireTLS: true }],
    ['smtp://mail.example.com:25', { port: 25, secure: false, requireTLS: true }],
    ['smtps://mail.example.com', { port: 465, secure: true, requireTLS: false }],
    ['smtp://localhost:1025', { port: 1025, secure: false, requireTLS: false }],
    ['smtp://[::1]:1025', { host: '::1', secure: false, requireTLS: false }],
    ['smtp://mailpit:1025?tls=off', { host: 'mailpit', secure: false, requireTLS: false }],
    ['smtp://localhost?tls=required', { secure: false, requireTLS: true }],
    ['smtp://u:p@localhost', { secure: false, requireTLS: true, auth: { user: 'u', pass: 'p' } }],
    ['smtps://a%40b:p%3A%2F@h', { secure: true, auth: { user: 'a@b', pass: 'p:/' } }],
  ])('%s decides how the connection is protected', (url, expected) => {
    expect(smtpOptions(url)).toMatchObject(expected);
  });

  it('always sets limits on time and keeps certificate checks on', () => {
    expect(smtpOptions('smtps://h')).toMatchObject({
      connectionTimeout: 10_000,
      greetingTimeout: 10_000,
      socketTimeout: 10_000,
      tls: { minVersion: 'TLSv1.2' },
    });
    expect(smtpOptions('smtps://h').tls).not.toHaveProperty('rejectUnauthorized');
  });

  it.each([
    'smtp://u:p@mail.example.com?tls=off',
    'smtps://mail.example.com?tls=off',
    'smtp://mail.example.com?tls=maybe',
    'smtp://mail.example.com?ignoreTLS=true',
    'smtp://',
  ])('%s is refused without repeating it', (url) => {
    expect(() => smtpOptions(url)).toThrow(
      expect.objectContaining({ code: 'mail_settings_invalid' }),
    );
    expect(() => smtpOptions(url)).not.toThrow(/mail\.example/);
  });
});
