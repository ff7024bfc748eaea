import { AppError } from '../../../kernel/app-error.js';

/** The token URL answered something that is no success. Told by status and error code, never by body. */
export class TokenRequestRefusedError extends AppError {
  /** @param reason the `error` of the answer, where it is a code of OAuth's own; else null */
  constructor(
    readonly status: number,
    readonly reason: string | null,
    provider: string,
  ) {
    super(
      'token_request_refused',
      `${provider} gave no access (status ${status}${reason === null ? '' : `, ${reason}`}).`,
      { fields: { provider, status, reason } },
    );
  }

  /** Whether it may go better later: the provider has a fault, or asks to wait. */
  get passing(): boolean {
    return this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

/** Its connector would send a browser or a token where its facts do not allow: a fault of ours. */
export class OAuthPlaceRefusedError extends AppError {
  constructor(provider: string, rule: string) {
    super(
      'oauth_place_refused',
      `The address of ${provider}'s consent page is not one its connector lists: ${rule}.`,
      { fields: { provider, rule } },
    );
  }
}

/** A stored param does not fit the connector's pattern (any more), or is missing. */
export class ParamsUnfitError extends AppError {
  constructor(provider: string) {
    super(
      'connection_params_unfit',
      `What this connection to ${provider} was begun with does not fit any more. Disconnect it and connect it anew.`,
      { fields: { provider } },
    );
  }
}
