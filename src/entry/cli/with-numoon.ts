import type { Abstract, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { pino } from 'pino';
import { loadConfig } from '../../../config/load.js';
import { createLogger } from '../../infrastructure/logging/logger.js';
import { NestLoggerAdapter } from '../../infrastructure/logging/nest-logger.adapter.js';
import { openFoundation, type Foundation } from '../composition/foundation.js';
import { createLimits } from '../composition/limits.js';
import { rootModule } from '../composition/root.module.js';
import { openCliPostgres } from './cli-postgres.js';
import { listenForInterruption } from './interruption.js';
import { writeErrorLine } from './output.js';
import { InterruptedError } from './usage.error.js';

export interface NuMoon {
  /** A use case, or whatever else the modules of the product provide. */
  get<T>(what: Type<T> | Abstract<T>): T;
  /** What both planes stand on. */
  foundation: Foundation;
  /** Aborted by Ctrl-C: work over many tenants begins no further one. */
  signal: AbortSignal;
}

/**
 * Opens the product without HTTP and without background work, runs one command in the central scope,
 * and closes everything again in reverse order, whatever happens.
 *
 * @throws whatever a part refuses with, or `work` throws
 */
export async function withNuMoon<T>(work: (numoon: NuMoon) => Promise<T>): Promise<T> {
  const config = loadConfig();
  const interruption = listenForInterruption();
  const { signal } = interruption;
  try {
    const postgres = await openCliPostgres(config, writeErrorLine, signal);
    try {
      if (signal.aborted) throw new InterruptedError();
      const foundation = await openFoundation(config, postgres.url, (context) =>
        createLogger({
          level: 'warn',
          stream: pino.destination({ fd: 2, sync: true }),
          context,
        }),
      );
      try {
        return await inContext(foundation, (get) => work({ get, foundation, signal }));
      } finally {
        await foundation.close();
      }
    } finally {
      await postgres.stop();
    }
  } finally {
    interruption.dispose();
  }
}

async function inContext<T>(
  foundation: Foundation,
  work: (get: NuMoon['get']) => Promise<T>,
): Promise<T> {
  const { config, logger, tenancy } = foundation;
  const app = await NestFactory.createApplicationContext(
    rootModule({
      foundation,
      limits: createLimits(foundation),
      publicUrl: () => config.publicUrl ?? `http://localhost:${config.port}`,
    }),
    { logger: new NestLoggerAdapter(logger), abortOnError: false },
  );
  try {
    return await tenancy.central(() => work((what) => app.get(what, { strict: false })));
  } finally {
    await app.close();
  }
}
