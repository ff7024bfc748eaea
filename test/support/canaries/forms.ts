/** How a secret can be written without becoming unreadable. `plain` is UTF-8, or the bytes themselves. */
export type Form =
  'plain' | 'json' | 'percent' | 'base64' | 'base64url' | 'hex' | 'HEX' | 'utf16le' | 'utf16be';

/** Fewer bytes would be met by chance, or by every second log line. */
export const SHORTEST = 12;

/**
 * Every form of the secret, as latin1 text (one character a byte) without doubles. In base64 the first
 * and last characters depend on the neighbours, so what is sought is the middle, once an alignment.
 */
export function formsOf(secret: string | Uint8Array): Map<string, Form> {
  const bytes = Buffer.from(secret as string);
  if (bytes.length < SHORTEST)
    throw new Error(`A secret to look for has ${SHORTEST} bytes or more.`);
  const forms = new Map<string, Form>();
  const add = (form: Form, written: string): void => {
    if (!forms.has(written)) forms.set(written, form);
  };
  add('plain', bytes.toString('latin1'));
  add('hex', bytes.toString('hex'));
  add('HEX', bytes.toString('hex').toUpperCase());
  for (const before of [0, 1, 2]) {
    const middle = base64Middle(bytes, before);
    add('base64', middle);
    add('base64url', middle.replaceAll('+', '-').replaceAll('/', '_'));
  }
  if (typeof secret === 'string') {
    for (const text of jsonForms(secret)) add('json', utf8(text));
    for (const text of percentForms(secret)) add('percent', text);
    const wide = Buffer.from(secret, 'utf16le');
    add('utf16le', wide.toString('latin1'));
    add('utf16be', wide.swap16().toString('latin1'));
  }
  return forms;
}

/** @param before how many bytes stand before the secret in its group of three */
function base64Middle(bytes: Buffer, before: number): string {
  const all = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
  return all.slice(Math.ceil((8 * before) / 6), Math.floor((8 * (before + bytes.length)) / 6));
}

function jsonForms(text: string): string[] {
  const quoted = JSON.stringify(text).slice(1, -1);
  const ascii = quoted.replaceAll(/[^\x20-\x7e]/g, (character) => escaped(character));
  return [
    quoted,
    ascii,
    ascii.replaceAll(/\\u[0-9a-f]{4}/g, (it) => `\\u${it.slice(2).toUpperCase()}`),
  ];
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** As in a path, as in a form, and as some write it: lower case. */
function percentForms(text: string): string[] {
  const path = encodeURIComponent(text);
  const form = new URLSearchParams({ '': text }).toString().slice(1);
  return [path, form, lowerCodes(path), lowerCodes(form)];
}

function lowerCodes(text: string): string {
  return text.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
}

function utf8(text: string): string {
  return Buffer.from(text).toString('latin1');
}
