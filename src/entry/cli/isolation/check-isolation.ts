import { setTimeout as sleep } from 'node:timers/promises';
import { ChangeTenant } from '../../../control-plane/admin/change-tenant.js';
import { PurgeTenant } from '../../../control-plane/closure/purge-tenant.js';
import { ISOLATIONS } from '../../../tenancy/tenant-record.js';
import type { NuMoon } from '../with-numoon.js';
import { Caller } from './caller.js';
import { HTTP_ACTS } from './http-acts.js';
import { IsolationNotCheckedError } from './isolation.errors.js';
import type { Send } from './send-request.js';
import { attackBySql } from './sql-acts.js';
import { openSubject, type Subject } from './subject.js';
import { UPKEEP_ACTS } from './upkeep-acts.js';
import { type Crossing, Witness } from './witness.js';

export interface IsolationReport {
  seconds: number;
  requests: number;
  crossings: number;
  /** The first of them. */
  found: Crossing[];
  /** What was tried, and how often. */
  tried: Record<string, number>;
  /** How the product answered: statuses, and codes of refusals. */
  answers: Record<string, number>;
  /** Tenants that were made, and of those the ones that are gone again. */
  tenants: { made: number; purged: number };
}

export interface IsolationCheck {
  numoon: NuMoon;
  /** Of the running product. */
  baseUrl: URL;
  send: Send;
  durationMs: number;
  onProgress?: (so: { requests: number; crossings: number; secondsLeft: number }) => void;
}

const HTTP_WORKERS = 3;
const PROGRESS_MS = 5_000;
const UPKEEP_PAUSE_MS = 700;

/**
 * Makes two tenants of each isolation and lets them do everything at once, each also against the others,
 * for a while, and each thing at least once. Whatever comes back is searched for what belongs to another one. They are closed and purged
 * at the end, also when it is interrupted or fails.
 *
 * @throws IsolationNotCheckedError where the product at that address is another one, or answers nothing
 */
export async function checkIsolation(check: IsolationCheck): Promise<IsolationReport> {
  const { numoon } = check;
  const subjects: Subject[] = [];
  const witness = new Witness(() => subjects);
  const startedAt = performance.now();
  let purged = 0;
  try {
    const wanted = [...ISOLATIONS, ...ISOLATIONS];
    for (const [at, isolation] of wanted.entries()) {
      if (numoon.signal.aborted) break;
      subjects.push(await openSubject(numoon, String.fromCharCode(65 + at), isolation));
    }
    if (subjects.length === wanted.length) await mix(check, subjects, witness);
  } finally {
    for (const { tenantId } of subjects) if (await close(numoon, tenantId)) purged += 1;
  }
  return {
    seconds: Math.round((performance.now() - startedAt) / 1_000),
    requests: witness.requests,
    crossings: witness.crossingsInAll,
    found: witness.crossings,
    tried: Object.fromEntries([...witness.tried].toSorted()),
    answers: Object.fromEntries([...witness.answers].toSorted()),
    tenants: { made: subjects.length, purged },
  };
}

async function mix(check: IsolationCheck, subjects: Subject[], witness: Witness): Promise<void> {
  const { numoon, baseUrl, send, durationMs } = check;
  const caller = new Caller(baseUrl, send, witness);
  await requireSameInstallation(caller, subjects[0] as Subject);
  const until = performance.now() + durationMs;
  const goesOn = () => performance.now() < until && !numoon.signal.aborted;
  const tell = (): void => {
    const { requests, crossingsInAll: crossings } = witness;
    const secondsLeft = Math.max(0, Math.round((until - performance.now()) / 1_000));
    check.onProgress?.({ requests, crossings, secondsLeft });
  };
  tell();
  const progress = setInterval(tell, PROGRESS_MS);
  const othersOf = (by: Subject) => subjects.filter((it) => it !== by);
  /** One that fails (its tenant is suspended at this moment, its login changes) is counted; the rest goes on. */
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      witness.failed(error);
    }
  };
  const byHttp = async (by: Subject): Promise<void> => {
    for (const next = inTurn(Object.entries(HTTP_ACTS)); goesOn();) {
      const [name, act] = next();
      witness.try(name);
      await attempt(() => act({ caller, witness }, by, anyOf(othersOf(by))));
    }
  };
  const bySql = async (by: Subject): Promise<void> => {
    do {
      for (const other of othersOf(by)) {
        await attempt(() => attackBySql(numoon, witness, by, other));
      }
      await sleep(UPKEEP_PAUSE_MS);
    } while (goesOn());
  };
  const byUpkeep = async (): Promise<void> => {
    for (const next = inTurn(Object.entries(UPKEEP_ACTS)); goesOn();) {
      const [name, act] = next();
      const of = anyOf(subjects);
      witness.try(name);
      await attempt(() => act(numoon, witness, of, anyOf(othersOf(of))));
      await sleep(UPKEEP_PAUSE_MS);
    }
  };
  const workers = subjects.flatMap((by) => [
    bySql(by),
    ...Array.from({ length: HTTP_WORKERS }, () => byHttp(by)),
  ]);
  await Promise.all([...workers, byUpkeep()]).finally(() => clearInterval(progress));
}

/** Also that it answers at all: no crossings among no answers would prove nothing. */
async function requireSameInstallation(caller: Caller, subject: Subject): Promise<void> {
  const answer = await caller.call('who am I', subject, 'GET', '/v1/me');
  const { tenant } = (answer?.body ?? {}) as { tenant?: { id?: unknown } };
  if (tenant?.id === subject.tenantId) return;
  throw new IsolationNotCheckedError(answer?.status ?? null);
}

/** A worker of the running product may be at it too. False: it will be, or `numoon doctor` shows it. */
async function close({ get }: NuMoon, tenantId: string): Promise<boolean> {
  try {
    const change = get(ChangeTenant);
    await change.close(tenantId, 0);
    for (let tries = 0; tries < 60; tries += 1) {
      if ((await get(PurgeTenant).execute(tenantId)) === 'purged') return true;
      await sleep(500);
    }
  } catch {
    // Told by the count.
  }
  return false;
}

/** All of them, in an order of its own for each worker, again and again. */
function inTurn<T>(all: readonly T[]): () => T {
  let at = Math.floor(Math.random() * all.length);
  return () => all[at++ % all.length] as T;
}

function anyOf<T>(all: readonly T[]): T {
  return all[Math.floor(Math.random() * all.length)] as T;
}
