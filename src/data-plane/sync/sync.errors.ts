import { AppError } from '../../kernel/app-error.js';

/** Another run has taken over, or the integration is no longer active: this one's commit is refused. */
export class SyncFencedError extends AppError {
  constructor(integrationId: string) {
    super(
      'sync_fenced',
      'Another run has taken this sync over, or the integration is no longer active. Nothing was written.',
      { fields: { integrationId } },
    );
  }
}

/** The process is shutting down. What was read so far is kept. */
export class SyncStoppedError extends AppError {
  constructor() {
    super('sync_stopped', 'The sync was stopped. It goes on where it was.');
  }
}

/** There is nothing to sync: it is not connected yet, or not any more. */
export class IntegrationNotActiveError extends AppError {
  constructor(status: string) {
    super('integration_not_active', 'This integration is not connected. Connect it first.', {
      fields: { status },
    });
  }
}
