import { Chance } from '../../business/chance.js';
import type { AppSettings } from '../../core/app-settings.js';

export const READONLY = 'https://www.googleapis.com/auth/analytics.readonly';
export const BROAD = 'https://www.googleapis.com/auth/analytics';
export const EDIT = 'https://www.googleapis.com/auth/analytics.edit';

export const KNOWN_SCOPES: readonly string[] = [
  'openid',
  'email',
  'profile',
  'https://www.googleapis.com/auth/userinfo.email',
  'https://www.googleapis.com/auth/userinfo.profile',
  READONLY,
  BROAD,
  EDIT,
];

/** Some short names come back as addresses. */
const LONG: Readonly<Record<string, string>> = {
  email: 'https://www.googleapis.com/auth/userinfo.email',
  profile: 'https://www.googleapis.com/auth/userinfo.profile',
};

/** Scopes as a token answer names them. */
export function longScopes(scopes: readonly string[]): string[] {
  return [...new Set(scopes.map((name) => LONG[name] ?? name))];
}

/** Security events are signed with Google's keys, so the app has no secret for them. */
export function googleApp(seed: string): Omit<AppSettings, 'baseUrl'> {
  const chance = new Chance(seed, 'google-analytics-app');
  const project = chance.whole(100_000_000, 999_999_999);
  return {
    clientId: `${project}-${chance.text(24).toLowerCase()}.apps.googleusercontent.com`,
    clientSecret: `GOCSPX-${chance.text(28)}`,
    webhookSecrets: [],
  };
}
