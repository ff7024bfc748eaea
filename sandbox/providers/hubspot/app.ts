import { Chance } from '../../business/chance.js';
import type { AppSettings } from '../../core/app-settings.js';

/** The version of the API that is there; paths of any other do not exist. */
export const VERSION = '2026-03';

/** What the app must ask for, every time. */
export const REQUIRED_SCOPES: readonly string[] = [
  'oauth',
  'crm.objects.contacts.read',
  'crm.objects.deals.read',
];

/** What the app may ask for beside that, as `optional_scope` or, once wanted for sure, as `scope`. */
export const OPTIONAL_SCOPES: readonly string[] = [
  'crm.objects.companies.read',
  'crm.schemas.deals.read',
  'settings.currencies.read',
  'crm.objects.deals.write',
  'crm.objects.contacts.write',
];

/** Of the app as its developer registered it. Webhooks are signed with the client secret. */
export function hubspotApp(seed: string): Omit<AppSettings, 'baseUrl'> {
  const chance = new Chance(seed, 'hubspot-app');
  const clientSecret = uuid(chance);
  return { clientId: uuid(chance), clientSecret, webhookSecrets: [clientSecret] };
}

export const APP_ID = 3_104_711;

function uuid(chance: Chance): string {
  const hex = (length: number) =>
    Array.from({ length }, () => chance.whole(0, 15).toString(16)).join('');
  return [hex(8), hex(4), hex(4), hex(4), hex(12)].join('-');
}
