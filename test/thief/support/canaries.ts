import { randomWord } from '../../../src/kernel/ids.js';
import { knownSecrets, noteSecret, type Known } from '../../support/canaries/registry.js';

/** What NuMoon keeps of what people say: sealed, and found on the disk where nothing is. */
export const KEPT = [
  'organization',
  'owner name',
  'owner e-mail',
  'member name',
  'member e-mail',
  'joined name',
  'key name',
  'changed organization',
  'changed slug',
] as const;

/** What it only hashes, checks, or refuses: never found, sealed or not. */
export const NOT_KEPT = [
  'password',
  'wrong password',
  'idempotency key',
  'asked-for e-mail',
  'refused text',
  // Told back to the caller where it has the form of a name, and kept nowhere.
  'field name',
  'header',
  'path',
  'broken body',
  'mark',
] as const;

export type CanaryKind = (typeof KEPT)[number] | (typeof NOT_KEPT)[number];

/** What was planted in one installation, and what that handed out meanwhile. */
export class Canaries {
  readonly #from = knownSecrets().length;
  #planted = 0;

  get planted(): number {
    return this.#planted;
  }

  /** A text that nobody else uses, good for a name, a password, a slug, the first part of an address. */
  plant(kind: CanaryKind): string {
    const canary = `nmcanary${randomWord(16)}`;
    noteSecret(kind, canary);
    this.#planted += 1;
    return canary;
  }

  address(kind: CanaryKind): string {
    return `${this.plant(kind)}@example.com`;
  }

  /** The canaries, and the keys, sessions, links and passwords that were seen since. */
  known(): Known[] {
    return knownSecrets().slice(this.#from);
  }
}
