import { Passport, type Authenticator } from 'passport';
import type { CarriesCredentials } from '../access/credentials-of.js';

/** What passport is given in place of a request: it may write on it, and does. */
interface Carrier<Proof> extends CarriesCredentials {
  proof?: Proof;
}

type Middleware = (
  carrier: Carrier<unknown>,
  response: object,
  next: (error?: unknown) => void,
) => void;

/**
 * One passport per application. The shared one of the `passport` package would let two applications in
 * one process (every test file) answer for each other.
 */
export function createAuthenticator(): Authenticator {
  return new Passport() as unknown as Authenticator;
}

/**
 * Asks one strategy about the credentials of a request: the proof, or null where they are not valid.
 *
 * The middleware is made once, and passport gets a small object that holds the headers: passport adds
 * seven properties to what it is given, which on the real request costs more than everything else here.
 */
export function createProver<Proof>(
  authenticator: Authenticator,
  strategy: string,
): (request: CarriesCredentials) => Promise<Proof | null> {
  const middleware = authenticator.authenticate(strategy, {
    session: false,
    authInfo: false,
    assignProperty: 'proof',
    failWithError: true,
  }) as unknown as Middleware;
  return (request) =>
    new Promise((resolve, reject) => {
      const carrier: Carrier<Proof> = { headers: request.headers };
      middleware(carrier, {}, (error) => {
        if (error === undefined || error === null) resolve(carrier.proof ?? null);
        else if ((error as Error).name === 'AuthenticationError') resolve(null);
        else reject(error as Error);
      });
    });
}
