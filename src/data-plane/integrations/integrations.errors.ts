import { AppError } from '../../kernel/app-error.js';

/** Says the same for an id that never was and for one of another tenant. */
export class IntegrationNotFoundError extends AppError {
  constructor() {
    super('integration_not_found', 'There is no such integration.');
  }
}

export class IntegrationLimitError extends AppError {
  constructor(limit: number) {
    super(
      'integration_limit',
      `There are ${limit} integrations already. Disconnect one to connect another.`,
      { fields: { limit } },
    );
  }
}

/** Too many links are open at once. */
export class ConnectionAttemptLimitError extends AppError {
  constructor(limit: number, minutes: number) {
    super(
      'connection_attempt_limit',
      `${limit} connections are under way already. Finish one, or wait ${minutes} minutes until their links end.`,
      { fields: { limit, retryAfterSeconds: minutes * 60 } },
    );
  }
}

export class IntegrationDisconnectedError extends AppError {
  constructor() {
    super(
      'integration_disconnected',
      'This integration was disconnected. Connect the provider anew.',
    );
  }
}

/** What was given beside the provider's name does not fit; tells the field and never the value. */
export class ConnectionInputError extends AppError {
  constructor(errors: readonly { path: string; code: string; message: string }[]) {
    super(
      'connection_input_invalid',
      'The provider cannot be connected with this. Correct the fields that are listed.',
      { fields: { errors } },
    );
  }
}

/** The provider does not take the key, or lets it read nothing. */
export class CredentialsRefusedError extends AppError {
  constructor(provider: string) {
    super(
      'credentials_refused',
      `${provider} does not accept these credentials, or they may not read. Check them there and try again.`,
      { fields: { field: 'credentials' } },
    );
  }
}
