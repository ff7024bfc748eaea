import type { Sink } from './leaks.js';
import { noteSecret } from './registry.js';

/** What an answer consists of, for looking at it. */
export interface SeenAnswer {
  call: string;
  status: number;
  headers: object;
  text: string;
}

const refusals: Sink[] = [];

/**
 * Of an answer that gives something, the credentials in it become secrets to look for. One that
 * refuses must hold none, and is kept until the next app is closed.
 */
export function noteAnswer({ call, status, headers, text }: SeenAnswer): void {
  if (status < 400) return noteCredentials(`${text}\n${JSON.stringify(headers)}`);
  // Names organisations to whoever gave the right password of each of them: what it is for.
  if (/"code":"(organization_ambiguous|email_unproved)"/.test(text)) return;
  refusals.push({
    name: `the answer ${status} to ${call}`,
    content: `${JSON.stringify(headers)}\n${text}`,
  });
}

export function takeRefusals(): Sink[] {
  return refusals.splice(0);
}

const CREDENTIALS: readonly [string, RegExp][] = [
  ['API key', /\b(nm_[a-z0-9]{52})\b/g],
  ['session or link token', /\b([a-z0-9]{20}\.[A-Za-z0-9_-]{43})(?![\w-])/g],
  ['token of a link', /[?&#]token=([\w.~-]{20,})/g],
  ['invitation', /"invitation":"([^"]{12,})"/g],
];

function noteCredentials(text: string): void {
  for (const [kind, pattern] of CREDENTIALS) {
    for (const [, secret] of text.matchAll(pattern)) noteSecret(kind, String(secret));
  }
}
