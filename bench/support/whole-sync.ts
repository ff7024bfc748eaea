import { mkdir } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AppSettings } from '../../sandbox/core/app-settings.js';
import { addDays } from '../../src/kernel/calendar.js';
import type { SyncingInstallation } from '../programs/product-sync.js';
import type { BenchPostgres } from './bench-postgres.js';
import { barePages } from './bare-pages.js';
import { Child } from './child.js';
import { connectAccount } from './connect-account.js';
import { progress } from './progress.js';
import { NO_LIMITS } from './settings.js';
import type { SyncedSoFar } from './sync-watch.js';

/** One account, from the end of its consent page to the end of its history. */
export interface WholeSync {
  records: number;
  seconds: number;
  /** Until the two long streams had their last month, newest first. */
  firstMonthSeconds: number;
  /** Of the product's process, bytes, of its whole life. */
  peakMemory: number;
  /** Seconds of processor time: the product, and the stand-in. */
  processor: { product: number; standIn: number };
  /** What the stand-in gives a client that does nothing else, records a second; null where it waits. */
  bare: number | null;
  /** Programs that wanted a core, on average of the last minute at the end. */
  load: number;
}

const LONG = ['balance-transactions', 'charges'];
/** A look costs about a millisecond of the product's time. */
const LOOK_EVERY_MS = 500;
const WITHIN_MS = 20 * 60_000;

/** Syncs an account in fresh processes, in an installation of its own. */
export async function wholeSync(
  { dataDir, controlUrl }: BenchPostgres,
  options: {
    charges: number;
    /** Without the connector's budget of calls. */
    unpaced: boolean;
    installation: string;
    /** How long the stand-in waits with each answer, as a provider far away does; 0 unless said. */
    answerMs?: number;
  },
): Promise<WholeSync> {
  const account = `acct_big${options.charges}`;
  // A keyring belongs to one catalog.
  const ownDir = join(dataDir, options.installation);
  await mkdir(ownDir, { recursive: true, mode: 0o700 });
  const standIn = Child.start('programs/stand-in');
  const product = Child.start('programs/product-sync');
  try {
    const stripe = await standIn.call<AppSettings>('start');
    const installation: SyncingInstallation = {
      dataDir: ownDir,
      controlUrl,
      overrides: {
        ...NO_LIMITS,
        catalogDatabase: `numoon_catalog_${options.installation}`,
        sharedDatabase: `numoon_shared_${options.installation}`,
        stockDatabases: 1,
        stockSchemas: 0,
      },
      stripe,
      unpaced: options.unpaced,
    };
    const port = await product.call<number>('start', installation);
    if (options.answerMs !== undefined) await delayAnswers(stripe, options.answerMs);
    const before = await processorTimes(product, standIn);
    const { tenantId, connectedAt } = await connectAccount(port, account);
    const watched = await watch(product, tenantId, connectedAt);
    const after = await processorTimes(product, standIn);
    const [load = NaN] = loadavg();
    return {
      ...watched,
      peakMemory: await product.call<number>('peakMemory'),
      processor: {
        product: after.product - before.product,
        standIn: after.standIn - before.standIn,
      },
      load,
      bare: options.answerMs === undefined ? await barePages(stripe, account) : null,
    };
  } finally {
    await product.stop();
    await standIn.stop();
  }
}

async function watch(
  product: Child,
  tenantId: string,
  connectedAt: number,
): Promise<Pick<WholeSync, 'records' | 'seconds' | 'firstMonthSeconds'>> {
  const monthAgo = addDays(new Date().toISOString().slice(0, 10), -29);
  let firstMonthSeconds = NaN;
  for (;;) {
    const { runs, coveredFrom } = await product.call<SyncedSoFar>('soFar', tenantId);
    const seconds = (performance.now() - connectedAt) / 1_000;
    const hasMonth = LONG.every((stream) => (coveredFrom[stream] ?? '9') <= monthAgo);
    if (Number.isNaN(firstMonthSeconds) && hasMonth) firstMonthSeconds = seconds;
    const records = runs.reduce((sum, run) => sum + run.records, 0);
    progress(`${records} records in ${seconds.toFixed(0)} s`);
    const failed = runs.find((run) => run.problem !== null);
    if (failed !== undefined) throw new Error(`The sync met ${failed.problem}.`);
    if (runs.some(({ status }) => status === 'done')) {
      progress('');
      return { records, seconds, firstMonthSeconds };
    }
    if (seconds * 1_000 > WITHIN_MS) throw new Error(`Only ${records} records came.`);
    await sleep(LOOK_EVERY_MS);
  }
}

async function delayAnswers({ baseUrl }: AppSettings, ms: number): Promise<void> {
  const answer = await fetch(new URL('/_sandbox/knobs/stripe', baseUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ faults: [{ kind: 'latency', ms }] }),
  });
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
}

async function processorTimes(product: Child, standIn: Child) {
  const [ours, theirs] = await Promise.all([
    product.call<number>('processorTime'),
    standIn.call<number>('processorTime'),
  ]);
  return { product: ours / 1e6, standIn: theirs / 1e6 };
}
