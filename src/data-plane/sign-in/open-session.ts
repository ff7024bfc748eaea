import { Injectable } from '@nestjs/common';
import { newId } from '../../kernel/ids.js';
import { Tenancy } from '../../tenancy/tenancy.js';
import type { Account } from '../access/accounts.repository.js';
import { SessionsRepository } from '../access/sessions.repository.js';
import { newToken, storedHashOf } from '../access/tokens.js';
import { DataPlaneSettings } from '../data-plane.settings.js';

export interface OpenedSession {
  /** In clear, for the cookie: only its hash is kept. */
  token: string;
  expiresAt: Date;
}

/** Every sign-in gets a token of its own, so that one planted in a browser beforehand leads nowhere. */
@Injectable()
export class OpenSession {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly sessions: SessionsRepository,
    private readonly settings: DataPlaneSettings,
  ) {}

  /** Null when the password was changed, or the member removed, since it was checked. */
  async execute(account: Account): Promise<OpenedSession | null> {
    const { tenant, requestId } = this.tenancy.current();
    const token = newToken(tenant.id);
    const expiresAt = await this.sessions.open({
      id: newId('ses'),
      tokenHash: storedHashOf(token),
      memberId: account.id,
      passwordVersion: account.passwordVersion,
      hours: this.settings.sessionHours,
      requestId,
    });
    return expiresAt === null ? null : { token, expiresAt };
  }
}
