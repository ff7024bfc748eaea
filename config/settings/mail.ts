import { secretUrl, setting, text } from '../setting.js';

/** How mail leaves. */
export const MAIL = {
  smtpUrl: setting(
    'NUMOON_SMTP_URL',
    secretUrl('smtp:', 'smtps:'),
    null,
    'Mail server for invitations and reset links; unset means the inviter sees the link.',
  ),
  mailFrom: setting('NUMOON_MAIL_FROM', text, 'NuMoon <no-reply@localhost>', 'Sender of our mail.'),
} as const;
