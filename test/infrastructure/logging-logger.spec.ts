import { describe, expect, it } from '@jest/globals';
import { createLogger } from '../../src/infrastructure/logging/logger.js';
import type { LoggerOptions } from '../../src/infrastructure/logging/logger.js';
import { NestLoggerAdapter } from '../../src/infrastructure/logging/nest-logger.adapter.js';
import { redact } from '../../src/infrastructure/logging/redact.js';
import { AppError } from '../../src/kernel/app-error.js';

function capture(options: Partial<LoggerOptions> = {}) {
  const lines: string[] = [];
  const stream = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ level: 'trace', stream, ...options });
  return {
    logger,
    entries: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

describe('a log line', () => {
  it('is JSON with an ISO time, the name of its level, and the message', () => {
    const { logger, entries } = capture();
    logger.warn({ tenantId: 'tnt_1', ms: 12 }, 'took %d ms', 12);
    expect(entries()).toEqual([
      {
        level: 'warn',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        pid: process.pid,
        tenantId: 'tnt_1',
        ms: 12,
        msg: 'took 12 ms',
      },
    ]);
  });

  it('says which request and tenant it belongs to, and does not change what it is told', () => {
    const current = { requestId: 'req_1', tenantId: 'tnt_1' };
    let inside = true;
    const { logger, entries } = capture({ context: () => (inside ? current : undefined) });
    logger.info({ extra: 1 }, 'a');
    logger.child({ part: 'pool' }).info('b');
    inside = false;
    logger.info('c');
    expect(entries()[0]).toMatchObject({ requestId: 'req_1', tenantId: 'tnt_1', extra: 1 });
    expect(entries()[1]).toMatchObject({ requestId: 'req_1', part: 'pool' });
    expect(entries()[2]).not.toHaveProperty('requestId');
    expect(current).toEqual({ requestId: 'req_1', tenantId: 'tnt_1' });
  });

  it('keeps below its level silent', () => {
    const { logger, entries } = capture({ level: 'warn' });
    logger.info('x');
    logger.child({ a: 1 }).debug('x');
    expect(entries()).toEqual([]);
  });

  it('shows an error with name, code, message, stack, fields and causes', () => {
    const { logger, entries } = capture();
    const cause = new TypeError('root');
    logger.error(
      new AppError('pool_full', 'No connection', { fields: { waiting: 3 }, cause }),
      'failed',
    );
    const { err, msg } = entries()[0] as { err: Record<string, unknown>; msg: string };
    expect(msg).toBe('failed');
    expect(err).toMatchObject({
      name: 'AppError',
      code: 'pool_full',
      message: 'No connection',
      fields: { waiting: 3 },
    });
    expect(err['stack']).toMatch(/^AppError: No connection\n\s+at .*logging-logger\.spec/);
    expect(err['cause']).toMatchObject({ name: 'TypeError', message: 'root' });
  });

  it('stays readable: ids, names of databases, addresses of pages and files are not masked', () => {
    const harmless = {
      tenantId: 'tnt_abcdefghij0123456789',
      database: 'nm_abcdefghij012345',
      role: 'nm_abcdefghij012345_a',
      host: '127.0.0.1',
      url: 'http://localhost:3000/v1/metrics/query?metric=revenue&from=2026-01-01',
      count: 3,
      ok: true,
      none: null,
      frame:
        'at KeyringSecretStore.put (file:///app/src/infrastructure/keyring/keyring.secret-store.ts:71:9)',
      reason: 'password authentication failed for user "nm_abcdefghij012345"',
    };
    expect(redact(harmless)).toEqual(harmless);
  });

  it('survives what cannot be shown: circles, depth, size, getters that throw, binary data', () => {
    const circle: Record<string, unknown> = { a: 1 };
    circle['self'] = circle;
    let deep: unknown = 'end';
    for (let i = 0; i < 10_000; i++) deep = { deep };
    const loop = new Error('loop');
    loop.cause = loop;
    const { logger, entries } = capture();
    logger.info(
      {
        circle,
        deep,
        wide: Array.from({ length: 100_000 }, (_, i) => ({ i })),
        bytes: Buffer.alloc(1e6),
        big: 10n,
        map: new Map([['a', 1]]),
        throws: Object.defineProperty({}, 'x', {
          enumerable: true,
          get: () => {
            throw new Error('no');
          },
        }),
        symbol: Symbol('x'),
        fn: () => 1,
        long: 'x'.repeat(1e6),
        loop,
        nan: Number.NaN,
        date: new Date(0),
      },
      'x',
    );
    const [line] = entries();
    expect(line).toMatchObject({
      circle: { a: 1, self: '[circular]' },
      bytes: '[1000000 bytes]',
      big: '10',
      map: '[1 entries]',
      throws: '[unreadable]',
      date: '1970-01-01T00:00:00.000Z',
    });
    expect(JSON.stringify(line).length).toBeLessThan(100_000);
  });

  it('cannot be forged by line breaks, nor steer a terminal', () => {
    const { logger, entries } = capture();
    logger.info('a\n{"level":"fatal"}\u001b[2J\u0000');
    expect(entries()).toHaveLength(1);
    expect(String(entries()[0]?.['msg'])).not.toMatch(/\p{Cc}\[2J/u);
  });

  it('costs hostile text no more than its length', () => {
    const startedAt = performance.now();
    for (const piece of [
      'a://',
      'token=',
      'password:"',
      'x@',
      'nm_',
      'eyJaaaaaaaa.',
      'session = ',
      '@',
      'a.',
      '"',
      '\\"token',
    ]) {
      redact({ text: piece.repeat(200_000 / piece.length) });
    }
    expect(performance.now() - startedAt).toBeLessThan(15_000);
  });
});

describe('messages of Nest', () => {
  it('keep context, stack and error apart, at the matching level', () => {
    const { logger, entries } = capture();
    const nest = new NestLoggerAdapter(logger);
    nest.log('started 100%', 'NestFactory');
    nest.error('broken', 'Error: broken\n    at x (file.ts:1:1)', 'Router');
    nest.error(new TypeError('raw'), 'Router');
    nest.warn('careful');
    nest.verbose({ a: 1 }, 'Ctx');
    nest.debug('with', { b: 2 }, 'Ctx');
    nest.fatal('dead');
    expect(entries()).toMatchObject([
      { level: 'debug', context: 'NestFactory', msg: 'started 100%' },
      {
        level: 'error',
        context: 'Router',
        msg: 'broken',
        stack: 'Error: broken\n    at x (file.ts:1:1)',
      },
      { level: 'error', context: 'Router', err: { name: 'TypeError', message: 'raw' }, msg: 'raw' },
      { level: 'warn', msg: 'careful' },
      { level: 'trace', context: 'Ctx', data: { a: 1 } },
      { level: 'debug', context: 'Ctx', msg: 'with', extra: [{ b: 2 }] },
      { level: 'fatal', msg: 'dead' },
    ]);
  });
});
