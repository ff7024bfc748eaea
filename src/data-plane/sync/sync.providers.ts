import { ListRuns } from './list-runs.js';
import { RequestSync } from './request-sync.js';
import { OpenSession } from './run/open-session.js';
import { RunSync } from './run/run-sync.js';
import { TakeTurn } from './run/take-turn.js';
import { SliceWriter } from './slice/slice-writer.js';
import { SyncController } from './sync.controller.js';
import { SyncFence } from './sync-fence.js';
import { SyncObserver } from './sync-observer.js';
import { SyncRunsRepository } from './sync-runs.repository.js';
import { SyncSettings } from './sync.settings.js';
import { SyncStreamsRepository } from './sync-streams.repository.js';
import { SyncWorker } from './sync-worker.js';

export const SYNC = [
  { provide: SyncSettings, useFactory: () => new SyncSettings() },
  SyncFence,
  SyncObserver,
  SyncRunsRepository,
  SyncStreamsRepository,
  SliceWriter,
  OpenSession,
  TakeTurn,
  RunSync,
  SyncWorker,
  RequestSync,
  ListRuns,
];

export const SYNC_CONTROLLERS = [SyncController];
