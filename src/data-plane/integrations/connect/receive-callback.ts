import { Injectable } from '@nestjs/common';
import { Providers } from '../../../connectors/providers.js';
import { assertNever } from '../../../kernel/assert-never.js';
import { storedHashOf } from '../../access/tokens.js';
import { KeyedTransaction } from '../../keyed-transaction.js';
import {
  type ConnectionAttempt,
  ConnectionAttemptsRepository,
} from '../connection-attempts.repository.js';
import { type Integration, IntegrationsRepository } from '../integrations.repository.js';
import type { BrowserBinding } from './browser-binding.js';
import type { CallbackQuery } from './callback-query.js';
import type { ConnectFault } from './connect-faults.js';
import { ConnectRefusedError } from './connect.errors.js';
import { EndAttempt } from './end-attempt.js';

export interface Callback {
  /** Of the path. */
  providerId: string;
  rawQuery: string;
  query: CallbackQuery;
  browser: BrowserBinding | null;
}

export interface Received {
  attempt: ConnectionAttempt;
  integration: Integration;
  code: string;
}

interface Refused {
  fault: ConnectFault;
  integration: Integration;
}

/**
 * Takes the answer of a consent page in, once: whoever is here with the same state at the same time, or
 * later, is second. A browser that did not begin it is told so first and uses nothing up.
 */
@Injectable()
export class ReceiveCallback {
  constructor(
    private readonly transaction: KeyedTransaction,
    private readonly attempts: ConnectionAttemptsRepository,
    private readonly integrations: IntegrationsRepository,
    private readonly providers: Providers,
    private readonly end: EndAttempt,
  ) {}

  /** @throws ConnectRefusedError */
  async execute(state: string, callback: Callback): Promise<Received> {
    const outcome = await this.transaction.run(async (tx): Promise<Received | Refused> => {
      const attempt = await this.attempts.lockByState(tx, storedHashOf(state));
      if (attempt === null) throw new ConnectRefusedError('connect_state_unknown');
      if (callback.browser?.began(attempt) !== true) {
        throw new ConnectRefusedError('connect_other_browser');
      }
      requireWaiting(attempt);
      const integration = await this.integrations.lock(tx, attempt.integrationId);
      if (integration === null) throw new ConnectRefusedError('connect_state_unknown');
      const fault = this.#faultOf(callback, integration);
      if (fault !== null) {
        await this.end.failed(tx, attempt, fault);
        return { fault, integration };
      }
      await this.attempts.exchange(tx, attempt.id);
      return { attempt, integration, code: callback.query.code ?? '' };
    });
    // Thrown here, where what is written about it is committed.
    if ('fault' in outcome) throw this.#refusal(outcome.fault, outcome.integration);
    return outcome;
  }

  #faultOf(
    { providerId, rawQuery, query }: Callback,
    integration: Integration,
  ): ConnectFault | null {
    if (integration.status === 'disconnected') return 'connect_ended';
    if (integration.provider !== providerId) return 'connect_mix_up';
    if (query.ambiguous) return 'connect_answer_invalid';
    if (query.error !== null) {
      return query.error === 'access_denied' ? 'connect_denied' : 'connect_provider_refused';
    }
    const { connector } = this.providers.get(providerId);
    if (connector.checkCallback !== undefined) {
      const { clientSecret } = this.providers.app(providerId);
      const { params } = integration;
      const verdict = connector.checkCallback({
        rawQuery,
        params,
        clientSecret,
        nowMs: Date.now(),
      });
      if (verdict !== 'ok') return verdict;
    }
    return query.code === null ? 'connect_answer_invalid' : null;
  }

  #refusal(fault: ConnectFault, { provider }: Integration): ConnectRefusedError {
    return new ConnectRefusedError(fault, this.providers.get(provider).connector.facts.name);
  }
}

function requireWaiting({ stage, expired }: ConnectionAttempt): void {
  switch (stage) {
    case 'exchanging':
    case 'choosing':
    case 'connected':
    case 'failed':
      throw new ConnectRefusedError('connect_replayed');
    // It cannot have a state yet.
    case 'offered':
      throw new ConnectRefusedError('connect_state_unknown');
    case 'forwarded':
      if (expired) throw new ConnectRefusedError('connect_expired');
      return;
    default:
      assertNever(stage);
  }
}
