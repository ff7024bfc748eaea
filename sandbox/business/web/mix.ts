import type { Source } from './types.js';

/** Where visits come from, and how many of a hundred. `(direct)`, `(none)` and `(not set)` are real members. */
export const SOURCES: readonly { from: Source; weight: number }[] = [
  from(26, 'Organic Search', 'google', 'organic', '(organic)'),
  from(4, 'Organic Search', 'bing', 'organic', '(organic)'),
  from(24, 'Direct', '(direct)', '(none)', '(direct)'),
  from(12, 'Paid Search', 'google', 'cpc', 'brand'),
  from(8, 'Paid Search', 'google', 'cpc', 'spring_sale'),
  from(9, 'Email', 'newsletter', 'email', 'weekly'),
  from(7, 'Organic Social', 'm.facebook.com', 'referral', '(referral)'),
  from(6, 'Referral', 'partner.example', 'referral', '(referral)'),
  from(4, 'Unassigned', '(not set)', '(not set)', '(not set)'),
];

/** What the newsletter brings on the days it is sent. */
export const NEWSLETTER: Source = {
  channel: 'Email',
  source: 'newsletter',
  medium: 'email',
  campaign: 'offers',
};

export const COUNTRIES = {
  Germany: 46,
  Austria: 14,
  'United States': 22,
  France: 12,
  '(not set)': 6,
};
export const CITIES: Readonly<Record<string, string>> = {
  Germany: 'Berlin',
  Austria: 'Graz',
  'United States': 'Portland',
  France: 'Lyon',
  '(not set)': '(not set)',
};
export const DEVICES = { desktop: 55, mobile: 40, tablet: 5 };
export const GENDERS = { female: 30, male: 30, unknown: 40 };
export const AGES = { '18-24': 20, '25-34': 30, '35-44': 20, unknown: 30 };

export const PAGES = {
  '/': 40,
  '/pricing': 14,
  '/shop': 12,
  '/shop/mug': 8,
  '/shop/poster': 6,
  '/blog/how-to-measure': 9,
  '/blog/release-notes': 4,
  '/docs': 4,
  '(not set)': 3,
};

function from(
  weight: number,
  channel: string,
  source: string,
  medium: string,
  campaign: string,
): { from: Source; weight: number } {
  return { from: { channel, source, medium, campaign }, weight };
}
