import { AppError } from '../../kernel/app-error.js';

export type MailErrorCode =
  | 'mail_address_invalid'
  | 'mail_subject_invalid'
  /** The server refused, did not answer in time, or offers no encryption. */
  | 'mail_failed'
  /** The URL of the mail server contradicts itself. */
  | 'mail_settings_invalid';

/** Never carries an address: who gets mail from us is personal data. */
export class MailError extends AppError {
  declare readonly code: MailErrorCode;

  constructor(
    code: MailErrorCode,
    message: string,
    options: { fields?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(code, message, options);
  }
}
