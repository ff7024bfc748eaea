import { integer, oneOf, secretText, setting } from '../setting.js';

/** Who may come in, and how often. */
export const ENTRANCE = {
  adminToken: setting(
    'NUMOON_ADMIN_TOKEN',
    secretText,
    null,
    'Bearer token of /admin; unset means one is made and printed once.',
  ),
  signup: setting(
    'NUMOON_SIGNUP',
    oneOf('open', 'invite', 'closed'),
    'open',
    'A public signup creates databases: open to all, to holders of an invitation, or to nobody.',
  ),
  signupsPerAddressHour: setting(
    'NUMOON_SIGNUPS_PER_ADDRESS_HOUR',
    integer(1, 1_000_000),
    100,
    'Signups one address may make in an hour.',
  ),
  signupsPerDay: setting(
    'NUMOON_SIGNUPS_PER_DAY',
    integer(1, 10_000_000),
    5_000,
    'Signups everybody together may make in a day: the most databases a flood can create.',
  ),
  tenantRequestsPerSecond: setting(
    'NUMOON_TENANT_REQUESTS_PER_SECOND',
    integer(1, 1_000_000),
    500,
    'Requests one tenant may make a second in one process (bursts of twice that).',
  ),
  addressRequestsPerSecond: setting(
    'NUMOON_ADDRESS_REQUESTS_PER_SECOND',
    integer(1, 1_000_000),
    1_000,
    'Requests one address may make a second in one process (bursts of twice that).',
  ),
  webhooksPerSecond: setting(
    'NUMOON_WEBHOOKS_PER_SECOND',
    integer(1, 1_000_000),
    100,
    'Webhooks of one provider from one network a second in one process (bursts of five times that): far more than any sends.',
  ),
  verifyEmail: setting<'on' | 'off' | null>(
    'NUMOON_VERIFY_EMAIL',
    oneOf('on', 'off'),
    null,
    'Whether an address must be confirmed before it signs in without naming the organisation or resets a password; unset means on where mail is set up, else off.',
  ),
  loginAttemptsPerAccount: setting(
    'NUMOON_LOGIN_ATTEMPTS_PER_ACCOUNT',
    integer(1, 1_000_000),
    10,
    'Failed sign-ins for one e-mail address from one network address, or from browsers known to it, in 15 minutes before they must wait.',
  ),
  loginAttemptsPerAddress: setting(
    'NUMOON_LOGIN_ATTEMPTS_PER_ADDRESS',
    integer(1, 1_000_000),
    100,
    'Failed sign-ins from one network address in 15 minutes before it must wait.',
  ),
  loginAttemptsEverywhere: setting(
    'NUMOON_LOGIN_ATTEMPTS_EVERYWHERE',
    integer(1, 1_000_000),
    100,
    'Failed sign-ins for one e-mail address from all network addresses together in 15 minutes before browsers that never signed in must wait.',
  ),
  sessionHours: setting(
    'NUMOON_SESSION_HOURS',
    integer(1, 24 * 90),
    24 * 7,
    'A dashboard session ends after this long, used or not.',
  ),
  hashingConcurrency: setting(
    'NUMOON_HASHING_CONCURRENCY',
    integer(1, 64),
    2,
    'Password hashes at once; each takes a core and tens of MiB, so a login flood must queue.',
  ),
} as const;
