import { randomBytes } from 'node:crypto';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { createLogger } from '../../src/infrastructure/logging/logger.js';
import type { LoggerOptions } from '../../src/infrastructure/logging/logger.js';
import { AppError } from '../../src/kernel/app-error.js';
import { randomWord } from '../../src/kernel/ids.js';
import { Secret } from '../../src/kernel/secret.js';

function capture(options: Partial<LoggerOptions> = {}) {
  const lines: string[] = [];
  const stream = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ level: 'trace', stream, ...options });
  const entries = () => lines.map((line) => JSON.parse(line) as Record<string, never>);
  return { logger, entries, text: () => lines.join('') };
}
const canary = () => `Canary${randomBytes(9).toString('hex')}`;

/** Ways in which a secret comes to stand in text, each with the secret in it. */
const PATTERNS: ((secret: string) => string)[] = [
  (s) => `nm_${randomWord(24)}${s}`,
  (s) => `Authorization: Bearer ${s}`,
  (s) => `authorization: basic ${s}==`,
  (s) => `postgres://app:${s}@db.internal:5432/x?sslmode=require`,
  (s) => `connect to postgresql://app:p@${s}@127.0.0.1/x failed`,
  (s) => `postgres://app:a/b"${s}@host/db`,
  (s) => `smtps://user:${s}@mail.example.com`,
  (s) => `GET /v1/closures/cls_1?token=${s}&x=1`,
  (s) => `https://x.example/oauth/callback/a?code=${s}&state=1`,
  (s) => `https://x.example/cb?a=1&state=${s}`,
  (s) => `access_token=${s}`,
  (s) => `refresh_token = ${s};`,
  (s) => `body was {"client_secret":"${s}","a":1}`,
  (s) => `body was ${JSON.stringify(JSON.stringify({ apiKey: s }))}`,
  (s) => `Cookie: a=1; __Host-numoon_session=${s}; b=2`,
  (s) => `numoon_session=${s}`,
  (s) => `password: ${s}`,
  (s) => `password="${s} and more ${s}"`,
  (s) => `$argon2id$v=19$m=19456,t=2,p=1$${s}$${s}`,
  (s) => `SCRAM-SHA-256$4096:${s}$${s}:${s}`,
  (s) => `hvs.${s}${s}`,
  (s) => `eyJhbGciOiJIUzI1NiJ9.${s}.${s}`,
  (s) => `mail to ${s}@example.com bounced`,
];

const KEYS = [
  'password',
  'newPassword',
  'authorization',
  'Authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'Set-Cookie',
  'apiKey',
  'api_key',
  'x-api-key',
  'token',
  'accessToken',
  'refresh_token',
  'X-Vault-Token',
  'x-csrf-token',
  'secret',
  'clientSecret',
  'credentials',
  'databaseUrl',
  'DATABASE_URL',
  'smtpUrl',
  'connectionString',
  'privateKey',
  'masterKey',
  'passphrase',
  'rawHeaders',
  'detail',
  'where',
  'internalQuery',
  'parameters',
  'query',
  'body',
];

/** Puts a value somewhere inside an object that might be logged. */
const NESTS: ((value: unknown) => unknown)[] = [
  (value) => ({ value }),
  (value) => ({ a: { b: { c: [1, { d: value }] } } }),
  (value) => [[value]],
  (value) => ({ toJSON: () => ({ value }) }),
  (value) => new Error('outer', { cause: value }),
  (value) => new AggregateError([new Error('x'), value], 'many'),
  (value) => new AppError('some_code', 'failed', { fields: { value } }),
  (value) => Object.assign(Object.create({ inherited: 1 }) as object, { value }),
];

describe('a secret is never logged', () => {
  it.each(PATTERNS.map((make) => [make('<secret>'), make] as const))(
    'in text like %s',
    (_name, make) => {
      const secret = canary();
      const text = make(secret);
      const { logger, text: logged } = capture();
      logger.info(text);
      logger.info('%s and %s', 'x', text);
      logger.info({ a: 1 }, text);
      logger.info({ a: text }, 'x %o', { b: text });
      logger.info({ [text]: 1 });
      logger.child({ a: text }).info('x');
      logger.error(new Error(text));
      logger.error({ err: new Error('x', { cause: new Error(text) }) }, 'failed');
      logger.error(new AppError(text, text, { fields: { text } }));
      const named = new Error('x');
      named.name = text;
      named.stack = `${text}\n    at ${text}`;
      logger.error({ nested: { deep: named } });
      for (const nest of NESTS) logger.warn({ nested: nest(nest(text)) });
      expect(logged()).not.toContain(secret);
    },
  );

  it.each(KEYS)('under the key %s at any depth, whatever its type', (key) => {
    const secret = canary();
    const { logger, text } = capture();
    for (const value of [secret, [secret], { a: secret }, Buffer.from(secret), new Error(secret)]) {
      logger.info({ [key]: value });
      logger.info('%o %j', { [key]: value }, { a: { [key]: value } });
      logger.child({ [key]: value }).info('x');
      logger.child({ a: [{ [key]: value }] }, { level: 'info' }).info('x');
      for (const nest of NESTS) logger.info({ nested: nest({ [key]: value }) }, 'x');
      for (const outer of NESTS)
        for (const inner of NESTS) logger.info(outer(inner({ [key]: value })));
    }
    logger.setBindings({ [key]: secret });
    logger.info('x');
    expect(text()).not.toContain(secret);
    expect(text()).not.toContain(Buffer.from(secret).toString('base64'));
  });

  it('by the error of a database: neither detail, where, queries, parameters nor quoted values', () => {
    const secret = canary();
    const { logger, text, entries } = capture();
    const fromPg = Object.assign(
      new Error(`invalid input syntax for type uuid: "${secret}\n    at ${secret}"`),
      {
        code: '22P02',
        severity: 'ERROR',
        detail: `Key (email)=(${secret}) already exists.`,
        where: `COPY x, line 1: "${secret}"`,
        internalQuery: `SELECT '${secret}'`,
        hint: secret,
        query: `INSERT INTO x VALUES ('${secret}')`,
        parameters: [secret],
        driverError: { detail: secret },
        dataType: secret,
      },
    );
    logger.error(fromPg);
    logger.error({ err: fromPg }, 'failed');
    logger.error(new Error('outer', { cause: fromPg }));
    logger.error(new AggregateError([fromPg]));
    logger.error({ copy: { ...fromPg, hint: undefined, dataType: undefined } });
    expect(text()).not.toContain(secret);
    expect(entries()[0]).toMatchObject({
      err: { code: '22P02', message: 'invalid input syntax for type uuid: "[value]"' },
    });
  });

  it('by an error of another realm', () => {
    const secret = canary();
    const { logger, text } = capture();
    const foreign = runInNewContext(
      `Object.assign(new Error('token=${secret}'), { detail: '${secret}' })`,
    ) as Error;
    logger.error(foreign);
    logger.error({ err: foreign });
    expect(text()).not.toContain(secret);
    expect(text()).toContain('token=[secret]');
  });

  it('when it stands where a long text is cut', () => {
    const secret = `${canary()}${'x'.repeat(900)}`;
    const { logger, text } = capture();
    for (let at = 7_000; at < 10_500; at += 37) {
      logger.info(
        `${'nm_'.padEnd(30, 'a')} `.repeat(20) +
          'y '.repeat(at / 2) +
          `postgres://u:${secret}@h/d tail`,
      );
      logger.info('y '.repeat(at / 2) + `postgres://u:${secret}@h/d tail`);
    }
    expect(text()).not.toContain(secret.slice(0, 24));
  });

  it('wherever canaries are planted in random objects', () => {
    for (let round = 0; round < 300; round++) {
      const secret = canary();
      const { logger, text } = capture();
      let value: object | string =
        round % 2 === 0 ? { [pick(KEYS)]: secret } : pick(PATTERNS)(secret);
      for (let depth = 0; depth < 1 + (round % 6); depth++) value = pick(NESTS)(value) as object;
      logger.info({ value }, 'x');
      logger.info(value as object);
      logger.info('%o', value as object);
      logger.error(new Error('x', { cause: value }), 'and %j', value as object);
      expect(text()).not.toContain(secret);
    }
  });

  it('as a Secret', () => {
    const { logger, text } = capture();
    logger.info({ url: new Secret('canary-value') }, '%s %o', new Secret('canary-value'), {
      a: new Secret('canary-value'),
    });
    expect(text()).not.toContain('canary-value');
  });
});

function pick<T>(items: readonly T[]): T {
  return items[Math.floor(Math.random() * items.length)] as T;
}
