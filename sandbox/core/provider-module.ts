import type { FastifyInstance } from 'fastify';
import type { AppSettings } from './app-settings.js';
import type { Stage } from './stage.js';

/** An account that somebody may choose on the consent page. */
export interface SandboxAccount {
  /** How `account=` names it. */
  key: string;
  /** The provider's own id: what `/_sandbox/truth/<provider>/<id>` takes. */
  id: string;
  name: string;
  /** Reached with the test app's credentials only, where the provider has such. */
  test: boolean;
}

/** One line of truth: the value of one series on one day of the account's zone. */
export interface TruthRow {
  metric: string;
  /** Upper case; money only. */
  currency?: string;
  dimensions: Readonly<Record<string, string>>;
  day: string;
  /** Decimal text with the digits of the currency: `12.34`, `1500`, `0.125`. Percent for rates. */
  value: string;
  /** Of a rate: what was divided by what. */
  parts?: { over: number; under: number };
}

export interface Truth {
  asOf: string;
  timeZone: string;
  metrics: readonly TruthRow[];
}

/** A status with the body and headers that this provider sends with it. */
export interface ErrorAnswer {
  status: number;
  headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, text as it is. */
  body: unknown;
}

/** A webhook delivery, ready to send. */
export interface SignedDelivery {
  headers: Readonly<Record<string, string>>;
  body: string;
}

export interface WebhookOrder {
  /** The provider's own name of the event: `account.application.deauthorized`. */
  topic: string;
  /** Replaces what the event would say of itself. */
  payload?: unknown;
  /** `wrong`: another secret; `stale`: an hour old; `none`: no signature at all. */
  signature: 'right' | 'wrong' | 'stale' | 'none';
  /** The same id twice makes a repeated delivery. */
  eventId?: string;
  /** Where it is sent: some providers sign the address as well. */
  url: string;
}

/** A provider that is running: what its module made of a stage. */
export interface RunningProvider {
  /** Those shown on the consent page, in order. */
  accounts(): readonly SandboxAccount[];
  /** By key or id; also accounts that are not shown, such as ones whose size is part of their key. */
  account(keyOrId: string): SandboxAccount | null;
  /** All routes, below the provider's prefix. */
  routes(scope: FastifyInstance): void;
  /** What it says where the sandbox is told to fail with this status (429, 500, 503 ...). */
  errorAnswer(status: number, path: string): ErrorAnswer;
  /** Computed from the business, never from the answers of the API. */
  truth(account: SandboxAccount): Truth;
  /** Changes the business; answers what was changed. @throws SandboxError */
  act(account: SandboxAccount, action: Readonly<Record<string, unknown>>): unknown;
  /** @throws SandboxError where the topic is none of the provider's */
  webhook(account: SandboxAccount, order: WebhookOrder): SignedDelivery;
}

/** `sandbox/providers/<id>/provider.ts` exports one as `provider`. Found by reading the folder: there is no list. */
export interface ProviderModule {
  /** What follows `/<id>` before the provider's own paths: empty, or `/:host` where a URL's host matters. */
  prefix: '' | '/:host';
  /** The app of the live mode; the same for the same seed. `baseUrl` is filled in by the sandbox. */
  app(seed: string): Omit<AppSettings, 'baseUrl'>;
  /** Where the provider tells test and live apps apart. */
  testApp?(seed: string): Omit<AppSettings, 'baseUrl'>;
  start(stage: Stage): RunningProvider;
}
