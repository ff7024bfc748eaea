import type { Seeded } from './seeded.js';

const CARDS: readonly (readonly [string, number])[] = [
  ['4', 16],
  ['4', 13],
  ['4', 19],
  ['51', 16],
  ['55', 16],
  ['2221', 16],
  ['2720', 16],
  ['34', 15],
  ['37', 15],
  ['6011', 16],
  ['65', 16],
  ['36', 14],
  ['305', 14],
  ['3528', 16],
  ['62', 16],
  ['62', 19],
  ['5018', 16],
  ['6759', 19],
  ['2200', 16],
];

/** A card number that an issuer might have given. */
export function madeCard(random: Seeded): string {
  const [start, length] = random.pick(CARDS);
  const body = start + random.digits(length - start.length - 1);
  const wrong = [...body].reduceRight((sum, digit, at) => {
    const doubled = (body.length - at) % 2 === 1 ? Number(digit) * 2 : Number(digit);
    return sum + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return body + String((10 - (wrong % 10)) % 10);
}

const BBAN: Readonly<Record<string, (random: Seeded) => string>> = {
  DE: (random) => random.digits(18),
  GB: (random) => random.letters(4).toUpperCase() + random.digits(14),
  FR: (random) => random.digits(23),
  NL: (random) => random.letters(4).toUpperCase() + random.digits(10),
  ES: (random) => random.digits(20),
  IT: (random) => random.letters(1).toUpperCase() + random.digits(22),
  NO: (random) => random.digits(11),
  BE: (random) => random.digits(12),
  CH: (random) => random.digits(17),
  SE: (random) => random.digits(20),
  PL: (random) => random.digits(24),
  MT: (random) => random.letters(4).toUpperCase() + random.digits(23),
};

export function madeIban(random: Seeded): string {
  const country = random.pick(Object.keys(BBAN));
  const bban = BBAN[country]?.(random) ?? '';
  const number = [...`${bban}${country}00`].map((at) => Number.parseInt(at, 36)).join('');
  const check = 98n - (BigInt(number) % 97n);
  return `${country}${String(check).padStart(2, '0')}${bban}`;
}

export function madeSsn(random: Seeded): string {
  const area = String(1 + random.below(665)).padStart(3, '0');
  const group = String(1 + random.below(99)).padStart(2, '0');
  const serial = String(1 + random.below(9_999)).padStart(4, '0');
  return `${area}-${group}-${serial}`;
}

export function madeEmail(random: Seeded): string {
  const name = random.pick(['ada', 'j.doe', 'info+shop', 'o_brien', 'müller', '9lives', "d'arc"]);
  const host = random.pick(['example', 'mail.example', 'bücher', 'my-shop', '163']);
  const end = random.pick(['com', 'co.uk', 'de', 'museum', 'xn--p1ai']);
  return `${name}${random.below(1_000)}@${host}.${end}`;
}

export function madePhone(random: Seeded): string {
  const d = (count: number): string => random.digits(count);
  const n = (): string => String(2 + random.below(8));
  return random.pick([
    () => `+49 ${n()}${d(2)} ${d(7)}`,
    () => `+49${n()}${d(9)}`,
    () => `+1 (${n()}${d(2)}) ${n()}${d(2)}-${d(4)}`,
    () => `+1${n()}${d(9)}`,
    () => `+44 20 ${d(4)} ${d(4)}`,
    () => `+33 6 ${d(2)} ${d(2)} ${d(2)} ${d(2)}`,
    () => `+91 ${n()}${d(4)} ${d(5)}`,
    () => `+55 (11) 9${d(4)}-${d(4)}`,
    () => `+353 1 ${d(3)} ${d(4)}`,
    () => `+49 (0)30 ${d(7)}`,
    () => `0049 ${n()}${d(2)} ${d(7)}`,
    () => `(${n()}${d(2)}) ${n()}${d(2)}-${d(4)}`,
    () => `${n()}${d(2)}-${n()}${d(2)}-${d(4)}`,
    () => `${n()}${d(2)}.${n()}${d(2)}.${d(4)}`,
    () => `1-${n()}${d(2)}-${n()}${d(2)}-${d(4)}`,
    () => `0${n()}0 ${d(4)} ${d(4)}`,
    () => `07${d(3)} ${d(6)}`,
    () => `0171/${n()}${d(6)}`,
    () => `06 ${d(2)} ${d(2)} ${d(2)} ${d(2)}`,
    () => `03-${d(4)}-${d(4)}`,
    () => `(02) ${d(4)} ${d(4)}`,
    () => `138 ${d(4)} ${d(4)}`,
    () => `612 ${d(3)} ${d(3)}`,
    () => `tel: ${n()}${d(9)}`,
    () => `WhatsApp ${n()}${d(10)}`,
    () => `Phone no. ${n()}${d(2)} ${d(4)}`,
  ])();
}
