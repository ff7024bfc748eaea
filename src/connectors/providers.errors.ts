import { AppError } from '../kernel/app-error.js';

export class ProviderUnknownError extends AppError {
  constructor(known: readonly string[]) {
    super('provider_unknown', `There is no such provider. There are: ${known.join(', ')}.`, {
      fields: { known },
    });
  }
}

/** The operator has not registered an app with the provider, or not told us of it. */
export class ProviderNotConfiguredError extends AppError {
  constructor(provider: string) {
    const name = provider.toUpperCase().replaceAll('-', '_');
    super(
      'provider_not_configured',
      `This installation has no app at ${provider} yet. Its operator sets NUMOON_PROVIDER_${name}_CLIENT_ID and _CLIENT_SECRET.`,
      { fields: { provider } },
    );
  }
}
