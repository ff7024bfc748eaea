import { AppError } from '../../kernel/app-error.js';

/** There are no tokens: it was never connected, or it was disconnected. */
export class GrantMissingError extends AppError {
  constructor(integrationId: string) {
    super('grant_missing', 'This integration is not connected. Connect it first.', {
      fields: { integrationId },
    });
  }
}

/** Access was taken back at the provider; the integration is marked as such. */
export class GrantRevokedError extends AppError {
  constructor(integrationId: string) {
    super(
      'grant_revoked',
      'Access was taken back at the provider. Connect the integration again to go on.',
      { fields: { integrationId } },
    );
  }
}

/** Nobody took access back, but the tokens are of no use any more: an answer with new ones was lost, or there is none to refresh with. */
export class ReconnectNeededError extends AppError {
  constructor(integrationId: string) {
    super(
      'reconnect_needed',
      'The access to the provider could not be renewed. Connect the integration again to go on.',
      { fields: { integrationId } },
    );
  }
}

export type RefreshTrouble =
  /** The provider answered, with something else than tokens. */
  | 'refused'
  /** No answer, or half of one. */
  | 'no-answer'
  /** Somebody else refreshes, and it takes too long. */
  | 'busy'
  /** A refresh failed a moment ago; nobody asks again yet. */
  | 'resting';

/** The tokens could not be refreshed now; later they may. */
export class TokenRefreshFailedError extends AppError {
  readonly retryAfterSeconds: number;

  constructor(
    integrationId: string,
    trouble: RefreshTrouble,
    waitSeconds: number,
    status?: number,
  ) {
    const retryAfterSeconds = Math.ceil(waitSeconds);
    super(
      'token_refresh_failed',
      `The provider did not renew the access now. It is asked again in ${retryAfterSeconds} seconds or later.`,
      {
        fields: {
          integrationId,
          trouble,
          retryAfterSeconds,
          ...(status === undefined ? {} : { status }),
        },
      },
    );
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
