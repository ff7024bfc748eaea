import { appendFileSync, readFileSync } from 'node:fs';
import { randomWord } from '../../../src/kernel/ids.js';
import { SHORTEST } from './forms.js';

/** A value that must be readable nowhere, and what it is, for the report. */
export interface Known {
  kind: string;
  value: string | Uint8Array;
}

/** Names the file in which all workers of a run note what they planted; see `global-setup.ts`. */
export const RUN_FILE = 'NUMOON_TEST_CANARIES';

/** By content. Jest loads this module anew for every test file, and so every file has its own. */
const known = new Map<string, Known>();

/**
 * A new text that nobody else uses: 24 lower-case letters and digits that begin with `nmcanary`. Fit
 * for a name, the local part of an e-mail address, a password, an organisation, a label.
 */
export function plant(kind: 'name' | 'email' | 'password' | 'organization' | 'text'): string {
  const canary = `nmcanary${randomWord(16)}`;
  noteSecret(kind, canary);
  return canary;
}

/** A secret that something else made. One too short to be told from chance is not looked for. */
export function noteSecret(kind: string, value: string | Uint8Array): void {
  const bytes = Buffer.from(value as string);
  const id = bytes.toString('latin1');
  if (bytes.length < SHORTEST || known.has(id)) return;
  known.set(id, { kind, value });
  const file = process.env[RUN_FILE];
  const text = typeof value === 'string';
  const line = JSON.stringify({ kind, text, value: text ? value : bytes.toString('base64') });
  if (file !== undefined) appendFileSync(file, `${line}\n`, { mode: 0o600 });
}

/** The password of a URL, where it has one. */
export function noteUrl(kind: string, url: string): void {
  noteSecret(kind, decodeURIComponent(new URL(url).password));
}

/** All that this test file planted and noted so far. */
export function knownSecrets(): Known[] {
  return [...known.values()];
}

/** All that was noted in the file of a run, by whichever worker. */
export function readRunFile(file: string): Known[] {
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return [...new Set(lines)].map((line) => {
    const { kind, text, value } = JSON.parse(line) as Known & { text: boolean; value: string };
    return { kind, value: text ? value : Buffer.from(value, 'base64') };
  });
}
