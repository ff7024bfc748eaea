import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { storedEmail } from '../../kernel/email-address.js';
import { TenantKeys } from '../../tenancy/keys/tenant-keys.js';
import { Tenancy } from '../../tenancy/tenancy.js';
import { type Account, AccountsRepository } from '../access/accounts.repository.js';
import { TenantDoors } from '../access/tenant-doors.js';
import { wordOf } from '../access/tokens.js';

export const KNOWN_BROWSER_DAYS = 180;

const MARK = /^([a-z0-9]{20})\.(mbr_[a-z0-9]{20})\.(\d{1,9})\.(\d{1,12})\.([A-Za-z0-9_-]{43})$/;

/** Where a mark was given, and what its guesses at a password are counted under. */
export interface KnownBrowser {
  tenantId: string;
  memberId: string;
  account: string;
}

/**
 * Marks of browsers in which a member has signed in. A mark opens nothing: it gives attempts at this very
 * member's password, as it was when the mark was given, that strangers cannot use up. So whoever has marks
 * of the old password has no guesses at the new one, and one tenant's marks are none at another's members,
 * whatever their addresses.
 */
@Injectable()
export class KnownBrowsers {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly keys: TenantKeys,
    private readonly doors: TenantDoors,
    private readonly accounts: AccountsRepository,
  ) {}

  /** A mark for this member. Runs in the tenant's scope. */
  async mark(account: Account): Promise<string> {
    const { id, passwordVersion } = account;
    const until = Math.floor(Date.now() / 1000) + KNOWN_BROWSER_DAYS * 24 * 60 * 60;
    const seal = await this.#sealOf(account, until);
    const word = wordOf(this.tenancy.current().tenant.id);
    return `${word}.${id}.${passwordVersion}.${until}.${seal.toString('base64url')}`;
  }

  /** Null for a mark that is old, made up, of another address, or of a password that was changed since. */
  async recognize(mark: string | null, email: string): Promise<KnownBrowser | null> {
    const [, word, memberId, version, until, seal] = MARK.exec(mark ?? '') ?? [];
    if (memberId === undefined || Number(until) * 1000 < Date.now()) return null;
    const tenantId = `tnt_${word}`;
    return this.doors.enter(tenantId, ['active', 'closing'], 'browser.recognize', async () => {
      const account = await this.accounts.byId(memberId);
      if (account === null || storedEmail(account.email) !== email) return null;
      if (account.passwordVersion !== Number(version)) return null;
      const own = await this.#sealOf(account, Number(until));
      const given = Buffer.from(seal ?? '', 'base64url');
      if (given.length !== own.length || !timingSafeEqual(given, own)) return null;
      return { tenantId, memberId, account: `browsers of ${memberId} ${version} in ${tenantId}` };
    });
  }

  #sealOf({ id, email, passwordVersion }: Account, until: number): Promise<Buffer> {
    const said = [id, passwordVersion, until, storedEmail(email)].join('\0');
    return this.keys.open((cipher) => cipher.hash('known-browser', said));
  }
}
