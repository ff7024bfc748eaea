import { Secret } from '../src/kernel/secret.js';

/** Reads one setting's text; throws an Error whose message completes "NAME <message>". */
export type Reader<T> = (text: string) => T;

export interface Setting<T> {
  /** The environment variable. */
  name: string;
  read: Reader<T>;
  /** What an unset variable means. */
  fallback: T;
  /** Why it exists and when to change it; printed by the documentation of settings. */
  reason: string;
  /** Secret settings are read into a `Secret` and never printed. */
  secret: boolean;
}

/** Readers whose values are secrets; filled below, where they are made. */
const SECRET_READERS = new WeakSet<object>();

export function setting<T>(
  name: string,
  read: Reader<T>,
  fallback: NoInfer<T>,
  reason: string,
): Setting<T> {
  return { name, read, fallback, reason, secret: SECRET_READERS.has(read) };
}

export const text: Reader<string> = (value) => value;

export const optionalText: Reader<string | null> = (value) => value;

export const secretText: Reader<Secret | null> = (value) => new Secret(value);
SECRET_READERS.add(secretText);

export function integer(min: number, max: number): Reader<number> {
  return (value) => {
    if (!/^-?\d+$/.test(value)) throw new Error(`must be a whole number, not "${value}"`);
    const number = Number(value);
    if (number < min || number > max)
      throw new Error(`must be from ${min} to ${max}, not ${value}`);
    return number;
  };
}

export function oneOf<const T extends string>(...choices: T[]): Reader<T> {
  return (value) => {
    const choice = choices.find((candidate) => candidate === value);
    if (choice === undefined) {
      throw new Error(`must be one of ${choices.join(', ')}, not "${value}"`);
    }
    return choice;
  };
}

export const list: Reader<readonly string[]> = (value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

export const identifier: Reader<string> = (value) => {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(value)) {
    throw new Error(`must be a plain SQL name (a-z, 0-9, _), not "${value}"`);
  }
  return value;
};

export const httpUrl: Reader<string | null> = (value) => {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new Error(`must be an http or https address, not "${value}"`);
  }
  return value.replace(/\/+$/, '');
};

/** Where an engine is mounted in Vault. No dots: nothing may lead out of it. */
export const mountPath: Reader<string> = (value) => {
  if (!/^[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)*$/.test(value)) {
    throw new Error(`must be a path of letters, digits, "-" and "_", not "${value}"`);
  }
  return value;
};

/** A URL that may carry a password, so a fault never repeats its text. */
export function secretUrl(...protocols: string[]): Reader<Secret | null> {
  const read: Reader<Secret | null> = (value) => {
    if (!URL.canParse(value) || !protocols.includes(new URL(value).protocol)) {
      throw new Error(
        `must be an address that starts with ${protocols.map((it) => `${it}//`).join(' or ')}`,
      );
    }
    return new Secret(value);
  };
  SECRET_READERS.add(read);
  return read;
}
