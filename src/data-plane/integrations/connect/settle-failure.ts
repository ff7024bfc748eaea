import { Injectable } from '@nestjs/common';
import { Providers } from '../../../connectors/providers.js';
import { KeyedTransaction } from '../../keyed-transaction.js';
import type { ConnectionAttempt } from '../connection-attempts.repository.js';
import type { Integration } from '../integrations.repository.js';
import type { ConnectFault } from './connect-faults.js';
import { ConnectRefusedError } from './connect.errors.js';
import { EndAttempt } from './end-attempt.js';
import { faultOf } from './fault-of.js';

/** Lets an attempt that was taken in end in a known state, whatever happens while it is used. */
@Injectable()
export class SettleFailure {
  constructor(
    private readonly transaction: KeyedTransaction,
    private readonly providers: Providers,
    private readonly end: EndAttempt,
  ) {}

  /**
   * Where the provider could not be reached, the attempt may be begun anew by the same browser.
   *
   * @throws ConnectRefusedError for what can be said of it, else what `work` threw
   */
  async guard<T>(
    taken: { attempt: Pick<ConnectionAttempt, 'id' | 'integrationId'>; integration: Integration },
    work: () => Promise<T>,
  ): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const { attempt, integration } = taken;
      const fault = error instanceof ConnectRefusedError ? error.code : faultOf(error);
      const again = await this.#write(attempt, fault ?? 'connect_failed');
      // A fault of ours: it goes to the log, and its message to nobody.
      if (fault === null) throw error;
      const { name } = this.providers.get(integration.provider).connector.facts;
      throw new ConnectRefusedError(fault, name, again, error);
    }
  }

  #write(attempt: Pick<ConnectionAttempt, 'id' | 'integrationId'>, fault: ConnectFault) {
    return this.transaction.run(async (tx) => {
      if (fault === 'connect_provider_away') return this.end.again(tx, attempt, fault);
      await this.end.failed(tx, attempt, fault);
      return null;
    });
  }
}
