import { domainToASCII, domainToUnicode } from 'node:url';

/** The longest address that mail can be sent to (RFC 5321: a path of 256 with its brackets). */
export const EMAIL_MAX_CHARACTERS = 254;

const LOCAL_MAX_BYTES = 64;

/**
 * What one cannot see, or takes for something else: controls, format signs (zero width, soft hyphens,
 * everything that turns the direction of writing), variation selectors, fillers, unassigned and private
 * code points, blanks of every kind. In an address each of them makes a second one that looks the same.
 */
const UNSEEN = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** The same, to be taken out of an address that was let in before this file was there. */
const EVERY_UNSEEN = new RegExp(UNSEEN.source, 'gu');

/** Words of a local part, joined by single dots: what needs no quotes. Beyond ASCII letters and digits only. */
const LOCAL_PART = /^(?!\.)(?:[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]|\.(?!\.|$))+$/u;

/** Before it is mapped: nothing by which a URL's parser would take it for something else than a name. */
const TYPED_DOMAIN = /^[\p{L}\p{M}\p{N}.\u3002\uff0e\uff61-]+$/u;

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const TOP_LABEL = /^(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$/;

/**
 * The one form of an e-mail address: everywhere it is compared, hashed, counted, kept or written to. NFC,
 * lower case, the domain in the form that DNS has (`xn--...`) and without a dot at its end. Null for what
 * is no plain address, and for one with signs in it that make two look like one.
 *
 * Lower-casing the local part is wrong by the letter of RFC 5321 and right for every provider there is.
 * The form of a form is itself.
 */
export function canonicalEmail(text: string): string | null {
  // Before anything that costs time by its length.
  if (text.length > EMAIL_MAX_CHARACTERS * 4) return null;
  const address = withoutEnds(text);
  if (UNSEEN.test(address)) return null;
  const at = address.lastIndexOf('@');
  const local = canonicalLocalPart(address.slice(0, Math.max(at, 0)));
  const domain = canonicalDomain(address.slice(at + 1));
  if (local === null || domain === null) return null;
  const canonical = `${local}@${domain}`;
  return canonical.length <= EMAIL_MAX_CHARACTERS ? canonical : null;
}

/**
 * The form an address is kept in, also one that was let in before there was a canonical form: where it has
 * none, that of the address as it looks, without the signs that nobody sees; where that is none either, itself.
 */
export function storedEmail(text: string): string {
  const asSeen = (): string => text.replaceAll(EVERY_UNSEEN, '').normalize('NFKC');
  return canonicalEmail(text) ?? canonicalEmail(asSeen()) ?? formerEmail(text);
}

/** The form that addresses were hashed in before: trimmed, in lower case, and nothing more. */
export function formerEmail(text: string): string {
  return text.trim().toLowerCase();
}

/**
 * Former forms that may still be found where this canonical address is looked for: typed with its accents
 * apart, or its domain in Unicode. The canonical form is the first; of an ASCII address it is the only one.
 */
export function formsOf(canonical: string): string[] {
  const at = canonical.lastIndexOf('@');
  const [local, ascii] = [canonical.slice(0, at), canonical.slice(at + 1)];
  const unicode = domainToUnicode(ascii);
  const forms = [canonical];
  for (const front of [local, local.normalize('NFD')]) {
    for (const back of [ascii, unicode, unicode.normalize('NFD')]) forms.push(`${front}@${back}`);
  }
  return [...new Set(forms)];
}

/** Blanks around it come from copying; only the plain ones, since any other may be meant to mislead. */
function withoutEnds(text: string): string {
  return text.replace(/^[ \t\r\n]+/, '').replace(/[ \t\r\n]+$/, '');
}

function canonicalLocalPart(typed: string): string | null {
  const composed = typed.normalize('NFC');
  // Full-width letters, ligatures and their like: another way to write the same word.
  if (composed.normalize('NFKC') !== composed || !LOCAL_PART.test(composed)) return null;
  // The two small sigmas are one letter; which one a capital becomes hangs on its place in the word.
  const local = composed.toLowerCase().replaceAll('\u03c2', '\u03c3').normalize('NFC');
  return Buffer.byteLength(local) <= LOCAL_MAX_BYTES ? local : null;
}

function canonicalDomain(typed: string): string | null {
  if (!TYPED_DOMAIN.test(typed)) return null;
  const ascii = domainToASCII(typed.normalize('NFC')).replace(/\.$/, '');
  const labels = ascii.split('.');
  if (labels.length < 2 || ascii.length > 253 || !labels.every((label) => LABEL.test(label))) {
    return null;
  }
  // Digits at the end would be an address of a machine, which the mapping takes in many spellings.
  if (!TOP_LABEL.test(labels.at(-1) ?? '')) return null;
  // Punycode that stands for something else than it is made of again.
  return domainToASCII(domainToUnicode(ascii)) === ascii ? ascii : null;
}
