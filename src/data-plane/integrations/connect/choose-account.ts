import { Injectable } from '@nestjs/common';
import type { Account } from '../../../connectors/kit/account.js';
import { Providers } from '../../../connectors/providers.js';
import { TenantDoors } from '../../access/tenant-doors.js';
import { storedHashOf, tenantOfToken } from '../../access/tokens.js';
import { KeyedTransaction } from '../../keyed-transaction.js';
import {
  type ConnectionAttempt,
  ConnectionAttemptsRepository,
} from '../connection-attempts.repository.js';
import { type Integration, IntegrationsRepository } from '../integrations.repository.js';
import type { BrowserBinding } from './browser-binding.js';
import { BrowserBindings } from './browser-bindings.js';
import { type Connected, connectedOf } from './connected.js';
import { ConnectRefusedError } from './connect.errors.js';
import { FinishConnection } from './finish-connection.js';
import { PendingTokens } from './pending-tokens.js';
import { SettleFailure } from './settle-failure.js';

interface Chosen {
  attempt: ConnectionAttempt;
  integration: Integration;
  account: Account;
}

/** A person chose one of several accounts. */
@Injectable()
export class ChooseAccount {
  constructor(
    private readonly doors: TenantDoors,
    private readonly transaction: KeyedTransaction,
    private readonly attempts: ConnectionAttemptsRepository,
    private readonly integrations: IntegrationsRepository,
    private readonly providers: Providers,
    private readonly pending: PendingTokens,
    private readonly finish: FinishConnection,
    private readonly settle: SettleFailure,
    private readonly browsers: BrowserBindings,
  ) {}

  /**
   * @param choice the place of the account in the list, as the form sent it
   * @throws ConnectRefusedError
   */
  async execute(token: string, choice: string, cookie: string | undefined): Promise<Connected> {
    const done = await this.doors.enter(
      tenantOfToken(token),
      ['active'],
      'integration.connect',
      async () => {
        const chosen = await this.#take(storedHashOf(token), choice, this.browsers.of(cookie));
        return this.settle.guard(chosen, () => this.#use(chosen));
      },
    );
    if (done === null) throw new ConnectRefusedError('connect_link_invalid');
    return done;
  }

  async #take(linkHash: Buffer, choice: string, browser: BrowserBinding | null): Promise<Chosen> {
    return this.transaction.run(async (tx) => {
      const attempt = await this.attempts.lockByLink(tx, linkHash);
      if (attempt === null) throw new ConnectRefusedError('connect_link_invalid');
      if (browser?.began(attempt) !== true) throw new ConnectRefusedError('connect_other_browser');
      if (attempt.stage !== 'choosing') throw new ConnectRefusedError('connect_replayed');
      if (attempt.expired) throw new ConnectRefusedError('connect_expired');
      const account = /^\d{1,3}$/.test(choice)
        ? attempt.memory.accounts?.[Number(choice)]
        : undefined;
      if (account === undefined) throw new ConnectRefusedError('connect_choice_invalid');
      const integration = await this.integrations.lock(tx, attempt.integrationId);
      if (integration === null) throw new ConnectRefusedError('connect_ended');
      await this.attempts.exchange(tx, attempt.id);
      return { attempt, integration, account };
    });
  }

  async #use({ attempt, integration, account }: Chosen): Promise<Connected> {
    try {
      const tokens = await this.pending.get(attempt.id);
      if (tokens === null) throw new ConnectRefusedError('connect_expired');
      const provider = this.providers.get(integration.provider);
      const ready = { integrationId: integration.id, provider, account, tokens };
      await this.finish.execute(ready, (tx) => this.attempts.end(tx, attempt.id, null));
      return connectedOf(provider, account);
    } finally {
      // What stays where the store does not answer goes with the attempt.
      await this.pending.destroy(attempt.id).catch(() => undefined);
    }
  }
}
