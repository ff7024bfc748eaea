import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Config } from '../../../config/load.js';
import type { Connector } from '../../../src/connectors/kit/connector.js';
import type { MetricDefinition } from '../../../src/connectors/kit/metric.js';
import { type Day, laterDay } from '../../../src/kernel/calendar.js';
import { firstDayRead } from './first-day-read.js';
import { type SandboxedApp, startSandboxedApp } from './sandboxed-app.js';
import { WholeConnection } from './whole-connection.js';

export interface TrueAccount {
  /** As the consent page calls it. */
  account: string;
  accountId: string;
  params?: Record<string, string>;
  choose?: string;
  config?: Partial<Config>;
  /** Whether the truth has something on every stored metric; `true` where it is not said. */
  tellsAll?: boolean;
}

/** To be called in a `describe`: connects one account of the sandbox, and tests all that is told of it. */
export function tellsTheTruth(
  provider: string,
  connector: Connector,
  { config, tellsAll = true, ...which }: TrueAccount,
): void {
  let sandboxed: SandboxedApp;
  let whole: WholeConnection;

  beforeAll(async () => {
    sandboxed = await startSandboxedApp(config === undefined ? {} : { config });
    whole = await WholeConnection.make(sandboxed, provider, which);
  }, 450_000);

  afterAll(async () => {
    await sandboxed?.close();
  }, 60_000);

  /** History may begin before the business did, or after. */
  const since = (metric: string): Day => {
    const { from, to } = whole.range;
    return laterDay(from, firstDayRead(connector, metric, to, config?.syncHistoryDays));
  };

  const ratios = connector.metrics.filter(isRatio);
  const stored = connector.metrics.filter((metric) => !isRatio(metric));

  test.each(stored.map(({ key }) => key))(
    '%s is what the business knows itself, every day and dimension',
    (metric) => whole.expectStored(metric, since(metric)),
    60_000,
  );

  test.each(ratios.map(({ key }) => key))(
    '%s is the quotient of what the business knows of its parts',
    (metric) => whole.expectRatio(metric, since(metric)),
    60_000,
  );

  test('nothing of the truth is left out', () => {
    expect(whole.unknown).toEqual([]);
  });

  if (!tellsAll) return;
  test('nothing is told that has no truth', () => {
    expect(whole.untold).toEqual([]);
  });
}

function isRatio({ aggregation }: MetricDefinition): boolean {
  return aggregation.kind === 'ratio';
}
