import { randomBytes } from 'node:crypto';
import { hash, parseOptions, verify } from '@node-rs/argon2';
import type { ParsedHashOptions } from '@node-rs/argon2';
import { AppError } from '../../kernel/app-error.js';
import { HashingQueue } from './hashing-queue.js';
import { normalizePassword } from './normalize-password.js';

/**
 * argon2id with 19 MiB, two passes, one lane: the first choice of the OWASP Password Storage Cheat
 * Sheet (https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html). One hash
 * takes 10 to 30 ms of one core. Raising these makes `needsRehash` true for every older hash.
 */
export const ARGON2_PARAMETERS = {
  /** argon2id, `Algorithm.Argon2id` of the package. */
  algorithm: 2,
  /** KiB. */
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
  /** Bytes. */
  outputLen: 32,
} as const;

/** The two calls that cost time; tests count them. */
export interface Argon2 {
  hash(password: string, parameters: typeof ARGON2_PARAMETERS): Promise<string>;
  verify(encoded: string, password: string): Promise<boolean>;
}

/** Longer input is no password of ours; refusing it early keeps normalising it cheap. */
const MAX_UTF16_UNITS = 1024;

/**
 * Hashes and checks passwords, a bounded number at once: each takes a core and 19 MiB, so a flood of
 * sign-ins must queue. All methods throw AppError `hashing_busy` when the queue is full.
 */
export class PasswordHasher {
  readonly #queue: HashingQueue;
  /** Well-formed, of today's cost, and the hash of nothing. */
  readonly #hashOfNothing = unmatchableHash();

  constructor(
    options: { concurrency: number; maxWaiting?: number },
    private readonly argon2: Argon2 = { hash, verify },
  ) {
    this.#queue = new HashingQueue(options.concurrency, options.maxWaiting ?? 200);
  }

  /** A PHC string (`$argon2id$v=19$...`) with a fresh salt. */
  async hash(password: string): Promise<string> {
    const text = normalizePassword(password);
    return this.#queue.run(() => this.argon2.hash(text, ARGON2_PARAMETERS));
  }

  /** @throws AppError `password_hash_invalid` when the stored text is no argon2 hash: never a mere "no" */
  async verify(encoded: string, password: string): Promise<boolean> {
    if (password.length > MAX_UTF16_UNITS) return false;
    const text = normalizePassword(password);
    return this.#queue.run(async () => {
      try {
        return await this.argon2.verify(encoded, text);
      } catch (error) {
        throw new AppError('password_hash_invalid', 'A stored password hash cannot be read', {
          cause: error,
        });
      }
    });
  }

  /** For an account that does not exist: the same work as `verify`, so that time does not tell. Always false. */
  async verifyNothing(password: string): Promise<false> {
    await this.verify(this.#hashOfNothing, password);
    return false;
  }

  /** True when the hash was made with other parameters than today's: hash anew at the next sign-in. */
  needsRehash(encoded: string): boolean {
    let found: ParsedHashOptions;
    try {
      found = parseOptions(encoded);
    } catch {
      return true;
    }
    const wanted = Object.entries(ARGON2_PARAMETERS) as [keyof typeof ARGON2_PARAMETERS, number][];
    return wanted.some(([name, value]) => found[name] !== value);
  }
}

function unmatchableHash(): string {
  const { memoryCost, timeCost, parallelism, outputLen } = ARGON2_PARAMETERS;
  const salt = randomBytes(16).toString('base64').replaceAll('=', '');
  const output = randomBytes(outputLen).toString('base64').replaceAll('=', '');
  return `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${salt}$${output}`;
}
