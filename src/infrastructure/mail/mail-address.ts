import { MailError } from './mail.errors.js';

/**
 * Deliberately narrower than RFC 5321: no quoted local parts, no comments, no address literals, no
 * blanks. What is left cannot end a header, start another recipient or reach the SMTP dialogue.
 */
const LOCAL_PART = "[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}";
const LABEL = '[\\p{L}\\p{N}](?:[\\p{L}\\p{N}-]{0,61}[\\p{L}\\p{N}])?';
const ADDRESS = new RegExp(`^${LOCAL_PART}@${LABEL}(?:\\.${LABEL})*$`, 'u');

const CONTROL = /\p{Cc}|[\u2028\u2029]/u;

/** The address unchanged. @throws MailError `mail_address_invalid` */
export function requireAddress(address: string): string {
  if (address.length <= 254 && ADDRESS.test(address)) return address;
  throw new MailError('mail_address_invalid', 'This is not one plain e-mail address');
}

/** The line unchanged. @throws MailError `mail_subject_invalid` for line breaks, other control characters, or over 200 of length */
export function requireSubject(subject: string): string {
  if (subject.length <= 200 && !CONTROL.test(subject)) return subject;
  throw new MailError('mail_subject_invalid', 'A subject is one line of at most 200 characters');
}

/** Splits `NuMoon <no-reply@example.com>`, or takes a bare address. */
export function parseSender(sender: string): { name: string; address: string } {
  const parts = /^(.*?)\s*<([^<>]+)>$/su.exec(sender);
  const name = requireSubject(parts?.[1] ?? '');
  return { name, address: requireAddress(parts?.[2] ?? sender) };
}
