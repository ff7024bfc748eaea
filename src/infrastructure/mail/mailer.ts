/** A plain text message to one person. */
export interface Mail {
  /** One address without a display name, as it was validated at the edge. */
  to: string;
  /** One line. */
  subject: string;
  text: string;
}

/**
 * Sends mail, or says that it cannot because nobody configured a mail server: the caller then shows
 * the link to the person who asked for it.
 *
 * Fails with a MailError: `mail_address_invalid`, `mail_subject_invalid` before anything is sent,
 * `mail_failed` when the server did not take the message.
 */
export abstract class Mailer {
  abstract send(mail: Mail): Promise<'sent' | 'not-configured'>;
}

export class UnconfiguredMailer extends Mailer {
  send(): Promise<'not-configured'> {
    return Promise.resolve('not-configured');
  }
}
