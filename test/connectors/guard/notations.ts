import type { Seeded } from './seeded.js';

const FULL_WIDTH_ZERO = 0xff10;
const ARABIC_ZERO = 0x660;
const DEVANAGARI_ZERO = 0x966;

function digitsFrom(zero: number): (text: string) => string {
  return (text) => text.replace(/[0-9]/g, (digit) => String.fromCodePoint(zero + Number(digit)));
}

/** Ways to write the same text so that a machine might not see it. */
export const DISGUISES: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  'full-width': (text) =>
    text.replace(/[!-~]/g, (letter) => String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0)),
  'full-width digits': digitsFrom(FULL_WIDTH_ZERO),
  'Arabic digits': digitsFrom(ARABIC_ZERO),
  'Devanagari digits': digitsFrom(DEVANAGARI_ZERO),
  'zero-width spaces': (text) => [...text].join('\u200b'),
  'soft hyphens': (text) => [...text].join('\u00ad'),
  'word joiners and marks': (text) => [...text].join('\u2060\ufe0f'),
  'decimal entities': (text) => [...text].map((letter) => `&#${letter.codePointAt(0)};`).join(''),
  'hexadecimal entities': (text) =>
    [...text].map((letter) => `&#x${letter.codePointAt(0)?.toString(16)};`).join(''),
  'percent-encoding of all': (text) =>
    [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  'percent-encoding': encodeURIComponent,
  'percent-encoding twice': (text) => encodeURIComponent(encodeURIComponent(text)),
  'entities, then percent': (text) =>
    encodeURIComponent([...text].map((letter) => `&#${letter.codePointAt(0)};`).join('')),
  'no-break spaces': (text) => text.replaceAll(' ', '\u00a0'),
  'other dashes': (text) => text.replaceAll('-', '\u2011'),
};

/** Words around it, as in a campaign, a product's name, a path. */
export function amid(random: Seeded, text: string): string {
  return random.pick([
    () => text,
    () => `Order for ${text}`,
    () => `${text} (Berlin)`,
    () => `ref: ${text}; thanks`,
    () => `Gift, ${text}, blue`,
    () => `<b>${text}</b>`,
    () => `?q=${text}`,
    () => `[${text}]`,
    () => `Größe 42 | ${text} | neu`,
  ])();
}

/** Groups of four with a gap, groups as American Express prints them, single digits. */
export function grouped(random: Seeded, digits: string): string {
  const gap = random.pick([' ', '-', '.', '  ', ' - ', '_', '']);
  const sizes = random.pick([[4, 4, 4, 4, 4], [4, 6, 9], [1], [2], [3], [8, 8, 8]]);
  const parts: string[] = [];
  for (let at = 0, part = 0; at < digits.length; part += 1) {
    const size = sizes[part % sizes.length] ?? 4;
    parts.push(digits.slice(at, at + size));
    at += size;
  }
  return parts.join(gap);
}
