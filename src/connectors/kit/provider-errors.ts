import { AppError } from '../../kernel/app-error.js';
import type { Verdict } from './provider-client.js';

/** Which call failed: a path template and ids, never headers, queries or bodies. */
export interface CallPlace {
  provider: string;
  method: string;
  host: string;
  /** With values cut out: `/v1/charges`, `/admin/api/{v}/graphql.json`. */
  path: string;
  status?: number;
  /** The provider's own id of the call, for asking its support. */
  providerRequestId?: string;
}

/** A provider's answer that is no success. `verdict` says what to do about it. */
export class ProviderError extends AppError {
  constructor(
    readonly verdict: Exclude<Verdict, { kind: 'ok' }>,
    place: CallPlace,
    cause?: unknown,
  ) {
    super(`provider_${verdict.kind.replaceAll('-', '_')}`, SAYS[verdict.kind](place), {
      fields: { ...place, ...('what' in verdict ? { what: verdict.what } : {}) },
      ...(cause === undefined ? {} : { cause }),
    });
  }
}

/** An answer that has not the form the provider's contract says. Tells the page and the rule, never the content. */
export class BrokenPageError extends AppError {
  /** @param rule what was expected where: `data[].amount is a whole number` */
  constructor(readonly rule: string) {
    super('provider_page_broken', `The provider's answer was not understood: ${rule}.`, {
      fields: { rule },
    });
  }
}

/** A connector gave something it did not declare: a fault of ours. */
export class MappingError extends AppError {
  constructor(fault: string) {
    super('mapping_invalid', `A connector broke its own contract: ${fault}.`, {
      fields: { fault },
    });
  }
}

const SAYS: Record<Exclude<Verdict, { kind: 'ok' }>['kind'], (place: CallPlace) => string> = {
  'slow-down': (at) => `${at.provider} asks us to wait. The sync goes on by itself.`,
  'token-refused': (at) => `${at.provider} does not accept the access it gave. Connect it again.`,
  revoked: (at) => `Access was taken back at ${at.provider}. Connect it again to go on.`,
  forbidden: (at) =>
    `${at.provider} does not let this connection read all it needs. Connect it again with all permissions.`,
  paused: (at) =>
    `The account at ${at.provider} is paused or locked there. The sync goes on when it is not.`,
  unavailable: (at) =>
    `${at.provider} could not be reached or has a fault. The sync tries again by itself.`,
  refused: (at) =>
    `${at.provider} refused a request of ours. This is a fault of NuMoon's connector.`,
};
