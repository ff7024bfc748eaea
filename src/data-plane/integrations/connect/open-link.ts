import { Injectable } from '@nestjs/common';
import { beginConsent } from '../../../connectors/kit/oauth/begin-consent.js';
import { Tenancy } from '../../../tenancy/tenancy.js';
import { TenantDoors } from '../../access/tenant-doors.js';
import { newToken, storedHashOf, tenantOfToken } from '../../access/tokens.js';
import { KeyedTransaction } from '../../keyed-transaction.js';
import {
  type ConnectionAttempt,
  ConnectionAttemptsRepository,
} from '../connection-attempts.repository.js';
import { IntegrationsRepository } from '../integrations.repository.js';
import type { BrowserBinding } from './browser-binding.js';
import { BrowserBindings } from './browser-bindings.js';
import { ConnectRefusedError } from './connect.errors.js';
import { OAuthFlows } from './oauth-flow.js';

export interface Forwarding {
  /** The provider's consent page. */
  url: string;
  setCookie: string;
}

/**
 * A browser opens a link. The first one that does is bound to it by a cookie and is sent on to the
 * provider; the same browser may come again, which makes the way it was sent before worthless.
 */
@Injectable()
export class OpenLink {
  constructor(
    private readonly doors: TenantDoors,
    private readonly tenancy: Tenancy,
    private readonly transaction: KeyedTransaction,
    private readonly attempts: ConnectionAttemptsRepository,
    private readonly integrations: IntegrationsRepository,
    private readonly flows: OAuthFlows,
    private readonly browsers: BrowserBindings,
  ) {}

  /** @throws ConnectRefusedError */
  async execute(token: string, cookie: string | undefined): Promise<Forwarding> {
    const forwarding = await this.doors.enter(
      tenantOfToken(token),
      ['active'],
      'integration.connect',
      () => this.#open(storedHashOf(token), this.browsers.of(cookie)),
    );
    if (forwarding === null) throw new ConnectRefusedError('connect_link_invalid');
    return forwarding;
  }

  async #open(linkHash: Buffer, known: BrowserBinding | null): Promise<Forwarding> {
    return this.transaction.run(async (tx) => {
      const attempt = await this.attempts.lockByLink(tx, linkHash);
      if (attempt === null) throw new ConnectRefusedError('connect_link_invalid');
      requireOpen(attempt, known);
      const integration = await this.integrations.lock(tx, attempt.integrationId);
      if (integration === null || integration.status === 'disconnected') {
        throw new ConnectRefusedError('connect_ended');
      }
      const state = newToken(this.tenancy.current().tenant.id);
      const { url, verifier } = await beginConsent(this.flows.of(integration, state));
      const browser = known ?? this.browsers.create();
      await this.attempts.forward(tx, attempt.id, {
        stateHash: storedHashOf(state),
        browserHash: browser.hashFor(attempt.id),
        verifier,
      });
      return { url, setCookie: browser.setCookie() };
    });
  }
}

function requireOpen(attempt: ConnectionAttempt, browser: BrowserBinding | null): void {
  const { stage, expired } = attempt;
  if (stage !== 'offered' && stage !== 'forwarded') {
    throw new ConnectRefusedError('connect_link_used');
  }
  if (expired) throw new ConnectRefusedError('connect_link_expired');
  if (stage === 'forwarded' && browser?.began(attempt) !== true) {
    throw new ConnectRefusedError('connect_other_browser');
  }
}
