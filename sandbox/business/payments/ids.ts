/**
 * Ids that say where in the business their thing is, so that it is found without a list of all:
 * `ch_` + account (4) + day (3) + slot (4) + number (1) + noise (12).
 */
export interface Place {
  day: number;
  slot: number;
  number: number;
}

const FORM = /^[a-z]+_[0-9a-z]{4}([0-9a-z]{3})([0-9a-z]{4})([0-9a-z])[0-9a-z]{12}$/;

export function makeId(prefix: string, account: string, place: Place): string {
  const tag = hash(account, 1).toString(36).padStart(7, '0').slice(-4);
  const { day, slot, number } = place;
  const salt = day * 1_000_003 + slot * 31 + number;
  const noise = `${hash(prefix + account, salt)
    .toString(36)
    .padStart(7, '0')
    .slice(-6)}${hash(account, salt + 7)
    .toString(36)
    .padStart(7, '0')
    .slice(-6)}`;
  return `${prefix}_${tag}${base(day, 3)}${base(slot, 4)}${base(number, 1)}${noise}`;
}

export function placeOf(id: string): Place | null {
  const match = FORM.exec(id);
  if (match === null) return null;
  const [, day = '', slot = '', number = ''] = match;
  return { day: parseInt(day, 36), slot: parseInt(slot, 36), number: parseInt(number, 36) };
}

function base(value: number, width: number): string {
  return value.toString(36).padStart(width, '0').slice(-width);
}

function hash(text: string, salt: number): number {
  let mixed = Math.imul(salt | 0, 0x9e3779b1) >>> 0;
  for (let at = 0; at < text.length; at += 1) {
    mixed = Math.imul(mixed ^ text.charCodeAt(at), 0x01000193) >>> 0;
  }
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) >>> 0;
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
