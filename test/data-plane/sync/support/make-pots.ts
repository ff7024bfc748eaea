import { plant } from '../../../support/canaries/registry.js';
import type { Pot, TeaAccount } from './teapot-server.js';

const DAY_MS = 86_400_000;

/** Pots on every one of the last `days` days, some a day; the same for the same seed. */
export function makePots(now: number, days: number, aDay: number, seed = 1): Pot[] {
  const next = numbers(seed);
  const drinker = plant('name');
  const pots: Pot[] = [];
  for (let day = days - 1; day >= 0; day -= 1) {
    for (let count = 0; count < aDay; count += 1) {
      const at = now - day * DAY_MS - Math.floor(next() * DAY_MS);
      pots.push({
        id: `pot-${pots.length}`,
        at,
        amount: 1 + Math.floor(next() * 5_000),
        currency: next() < 0.8 ? 'EUR' : 'JPY',
        kind: ['green', 'black', 'mint'][Math.floor(next() * 3)] ?? 'green',
        seconds: 60 + Math.floor(next() * 300),
        drinker,
      });
    }
  }
  return pots;
}

/** What the days of a zone come to, counted in the plainest way: `metric|currency|kind|day` to value. */
export function truthOf(account: TeaAccount, from: string, to: string): Record<string, number> {
  const sums = new Map<string, number>();
  const thirds = new Map<string, number>();
  for (const pot of account.pots) {
    const day = dayIn(account.zone, pot.at);
    if (day < from || day > to) continue;
    add(sums, `tea.revenue|${pot.currency}|${pot.kind}|${day}`, pot.amount);
    add(sums, `tea.pots||${pot.kind}|${day}`, 1);
    add(thirds, `tea.shared|${pot.currency}||${day}`, pot.amount);
  }
  // A third is never half way between two numbers.
  for (const [key, sum] of thirds) sums.set(key, Math.round(sum / 3));
  return Object.fromEntries([...sums].sort());
}

export function dayIn(zone: string, at: number): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(at);
}

function add(sums: Map<string, number>, key: string, value: number): void {
  sums.set(key, (sums.get(key) ?? 0) + value);
}

function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
