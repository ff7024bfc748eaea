import type SMTPTransport from 'nodemailer/lib/smtp-transport';
import { MailError } from './mail.errors.js';

/** Each phase of the dialogue may take this long. */
const PHASE_TIMEOUT_MS = 10_000;

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Options for nodemailer from `smtp[s]://[user:password@]host[:port][?tls=required|off]`.
 *
 * `smtps` speaks TLS from the first byte. `smtp` must be upgraded with STARTTLS before anything is
 * said, unless the server is on this machine or the URL ends in `?tls=off`, which a URL with a
 * password may not. Certificates are always checked; TLS 1.2 is the least.
 *
 * @throws MailError `mail_settings_invalid`
 */
export function smtpOptions(url: string): SMTPTransport.Options {
  const { protocol, hostname, port, username, password, searchParams } = new URL(url);
  const tls = searchParams.get('tls');
  const secure = protocol === 'smtps:';
  const unknown = [...searchParams.keys()].filter((name) => name !== 'tls');
  if (hostname === '') throw faulty('it names no host');
  if (unknown.length > 0) throw faulty(`it has unknown options: ${unknown.join(', ')}`);
  if (tls !== null && tls !== 'required' && tls !== 'off')
    throw faulty('tls is "required" or "off"');
  if (tls === 'off' && secure) throw faulty('smtps cannot be without TLS');
  if (tls === 'off' && password !== '') throw faulty('a password needs TLS');
  const encrypted = tls === null ? password !== '' || !LOOPBACK.has(hostname) : tls === 'required';
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    requireTLS: !secure && encrypted,
    tls: { minVersion: 'TLSv1.2' },
    ...(username === ''
      ? {}
      : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: PHASE_TIMEOUT_MS,
    greetingTimeout: PHASE_TIMEOUT_MS,
    socketTimeout: PHASE_TIMEOUT_MS,
    dnsTimeout: PHASE_TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

function faulty(why: string): MailError {
  return new MailError('mail_settings_invalid', `The mail server URL is unusable: ${why}`);
}
