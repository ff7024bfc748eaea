import { createTransport } from 'nodemailer';
import { canonicalEmail } from '../../kernel/email-address.js';
import type { Secret } from '../../kernel/secret.js';
import { parseSender, requireAddress, requireSubject } from './mail-address.js';
import { MailError } from './mail.errors.js';
import { Mailer, UnconfiguredMailer } from './mailer.js';
import type { Mail } from './mailer.js';
import { smtpOptions } from './smtp-options.js';

/** The whole delivery: a server that trickles bytes never runs into the limit of a phase. */
const DELIVERY_TIMEOUT_MS = 30_000;

/** Mail through an SMTP server; one connection a message, since invitations and resets are rare. */
export class SmtpMailer extends Mailer {
  readonly #transport: ReturnType<typeof createTransport>;
  readonly #from: { name: string; address: string };

  /** @throws MailError `mail_settings_invalid`, or `mail_address_invalid` for the sender */
  constructor(url: Secret, from: string) {
    super();
    this.#from = parseSender(from);
    this.#transport = createTransport(smtpOptions(url.reveal()));
    // The delivery under way is told; what comes after its end concerns nobody.
    this.#transport.on('error', () => undefined);
  }

  async send(mail: Mail): Promise<'sent'> {
    // An object, not text: nodemailer would split text at commas into several recipients.
    const to = { name: '', address: canonicalEmail(requireAddress(mail.to)) ?? mail.to };
    const subject = requireSubject(mail.subject);
    const signal = AbortSignal.timeout(DELIVERY_TIMEOUT_MS);
    try {
      await this.#transport.sendMail({ from: this.#from, to, subject, text: mail.text, signal });
    } catch (error) {
      throw failed(error);
    }
    return 'sent';
  }
}

/** The mailer that the settings ask for. */
export function createMailer(settings: { smtpUrl: Secret | null; mailFrom: string }): Mailer {
  if (settings.smtpUrl === null) return new UnconfiguredMailer();
  return new SmtpMailer(settings.smtpUrl, settings.mailFrom);
}

/** The cause is dropped: nodemailer repeats recipients, and servers repeat whatever they like. */
function failed(error: unknown): MailError {
  const { code, command, responseCode } = error as Record<string, unknown>;
  return new MailError(
    'mail_failed',
    `The mail server did not take the message (${String(code)})`,
    {
      fields: { reason: code, command, responseCode },
    },
  );
}
