import { Injectable, Logger } from '@nestjs/common';
import type { Failure } from './run/judge-failure.js';
import type { RunCounts } from './run/run-counts.js';
import type { RunStatus } from './sync-runs.repository.js';

/** What is measured of syncs; `provider` is a folder's name, of which there are few. */
export interface SyncMeter {
  turn(turn: { provider: string; status: RunStatus | 'lost'; seconds: number }): void;
  counted(provider: string, counts: RunCounts): void;
  failed(provider: string, kind: Failure['kind']): void;
}

/** Told of what syncs do: the log, and measures where somebody takes them. */
@Injectable()
export class SyncObserver {
  readonly #logger = new Logger('Sync');
  #meter: SyncMeter | null = null;

  measure(meter: SyncMeter): void {
    this.#meter = meter;
  }

  turn(turn: Parameters<SyncMeter['turn']>[0]): void {
    this.#meter?.turn(turn);
  }

  counted(provider: string, counts: RunCounts): void {
    this.#meter?.counted(provider, counts);
  }

  failed(provider: string, failure: Failure, error: unknown): void {
    this.#meter?.failed(provider, failure.kind);
    if (failure.kind === 'wait' || failure.kind === 'stopped') return;
    this.#logger.warn(`a sync of ${provider} did not go on`, error);
  }

  untidy(error: unknown): void {
    this.#logger.warn(
      'what a sync left behind could not be tidied up; the next one does it',
      error,
    );
  }

  /** A run could not even be begun or written down. */
  broke(error: unknown): void {
    this.#logger.error('a sync could not be run; its lease runs out and it is taken again', error);
  }
}
