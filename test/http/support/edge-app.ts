import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import type { DynamicModule, Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createHttpApp } from '../../../src/entry/http/create-http-app.js';
import type { HttpDeps } from '../../../src/entry/http/http-deps.js';
import { createLogger } from '../../../src/infrastructure/logging/logger.js';
import { createMetrics } from '../../../src/infrastructure/telemetry/metrics.js';
import { Secret } from '../../../src/kernel/secret.js';
import { Credentials } from '../../../src/tenancy/access.js';
import { Tenancy } from '../../../src/tenancy/tenancy.js';
import type { TenantDirectory } from '../../../src/tenancy/tenant-directory.js';
import { call, type Answer, type Call } from './edge-client.js';
import { FakeCredentials } from './fake-credentials.js';

export const ADMIN_TOKEN = 'admin-token-of-this-test';

/** One line of the log, parsed. */
export type LogLine = Record<string, unknown> & { msg?: string; level?: string };

export interface Edge {
  app: NestFastifyApplication;
  credentials: FakeCredentials;
  tenancy: Tenancy;
  log: LogLine[];
  port: number;
  call(request: Call): Promise<Answer>;
}

type Overrides = Partial<Omit<HttpDeps, 'config'>> & {
  config?: Partial<HttpDeps['config']>;
  providers?: DynamicModule['providers'];
};

/** The real edge around some controllers, with credentials that are made up. */
export async function createEdge(controllers: Type[], overrides: Overrides = {}): Promise<Edge> {
  const log: LogLine[] = [];
  const credentials = new FakeCredentials();
  const tenancy = new Tenancy({ peek: () => undefined, find: async () => null } as TenantDirectory);
  const { config, providers, ...rest } = overrides;
  class Root {}
  const root: DynamicModule = {
    module: Root,
    controllers,
    providers: [
      { provide: Tenancy, useValue: tenancy },
      { provide: Credentials, useValue: credentials },
      ...(providers ?? []),
    ],
  };
  const app = await createHttpApp(root, {
    config: {
      publicUrl: null,
      trustedProxies: [],
      role: 'all',
      addressRequestsPerSecond: 1_000_000,
      tenantRequestsPerSecond: 1_000_000,
      ...config,
    },
    logger: createLogger({ level: 'debug', stream: linesInto(log), pretty: false }),
    adminToken: new Secret(ADMIN_TOKEN),
    metrics: createMetrics(),
    readiness: [],
    about: { version: '0.0.0-test', profile: 'embedded' },
    ...rest,
  });
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  return { app, credentials, tenancy, log, port, call: (request) => call(port, request) };
}

function linesInto(log: LogLine[]): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      for (const line of chunk.toString().split('\n')) {
        if (line !== '') log.push(JSON.parse(line) as LogLine);
      }
      done();
    },
  });
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
