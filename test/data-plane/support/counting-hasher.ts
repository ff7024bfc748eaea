import { hash, verify } from '@node-rs/argon2';
import {
  PasswordHasher,
  type ARGON2_PARAMETERS,
} from '../../../src/infrastructure/passwords/password-hasher.js';

/** The real one, and how often it did the costly part. */
export class CountingHasher extends PasswordHasher {
  readonly calls: { hash: number; verify: number };

  constructor() {
    const calls = { hash: 0, verify: 0 };
    super(
      { concurrency: 2 },
      {
        hash: (password, parameters: typeof ARGON2_PARAMETERS) => {
          calls.hash += 1;
          return hash(password, parameters);
        },
        verify: (encoded, password) => {
          calls.verify += 1;
          return verify(encoded, password);
        },
      },
    );
    this.calls = calls;
  }
}
