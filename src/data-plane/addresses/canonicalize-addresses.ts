import { Injectable, Logger } from '@nestjs/common';
import { MEMBERS } from '../../../tenants/sealed-columns.js';
import { hasCode } from '../../kernel/app-error.js';
import { formerEmail, storedEmail } from '../../kernel/email-address.js';
import { TenantKeys } from '../../tenancy/keys/tenant-keys.js';
import { TenantDatabase } from '../../tenancy/tenant-database.js';
import { Tenancy } from '../../tenancy/tenancy.js';
import { SignInDirectory } from '../access/sign-in-directory.js';
import { AuditLog } from '../audit/audit-log.js';
import { addressHash, openAddress } from '../members/sealed-person.js';

const BATCH = 50;

/** More than any tenant has; a tenant's own role can write rows without end, and keep the sweep busy with them. */
const MEMBERS_MAX = 100_000;
const BROKEN_MAX = 20;

interface Row {
  id: string;
  email: Buffer;
}

export interface Canonicalized {
  /** Members who have another form of their address now. */
  changed: number;
  /** Members who cannot have theirs, because somebody else here has it. */
  collisions: number;
  /** Members whose row was changed meanwhile: to be looked at once more. */
  missed: number;
}

/**
 * Brings the addresses of a tenant's members, kept in lower case until now, into their canonical form: what
 * is sealed, what is hashed here, what is hashed in the directory. Runs in the tenant's scope, and over and
 * over: a member's row is changed last, and only while it has the address that was read, so a run that was cut
 * off is done again from there, and two at once do the same thing.
 *
 * Two members whose addresses become one are not merged, since they have passwords, roles and keys of their
 * own. The one who has the form keeps it; the other stays as it was and is found by the looks of the address
 * as before (`formsOf`). It is told in the tenant's log, so that its owner removes one.
 */
@Injectable()
export class CanonicalizeAddresses {
  readonly #logger = new Logger(CanonicalizeAddresses.name);

  constructor(
    private readonly tenancy: Tenancy,
    private readonly database: TenantDatabase,
    private readonly keys: TenantKeys,
    private readonly signIns: SignInDirectory,
    private readonly audit: AuditLog,
  ) {}

  async execute(): Promise<Canonicalized> {
    const done: Canonicalized = { changed: 0, collisions: 0, missed: 0 };
    let [after, seen, broken] = ['', 0, 0];
    while (seen < MEMBERS_MAX && broken < BROKEN_MAX) {
      const rows = await this.database.query<Row>({
        text: 'SELECT id, email FROM members WHERE id > $1 ORDER BY id LIMIT $2',
        values: [after, BATCH],
      });
      const last = rows.at(-1);
      if (last === undefined) return done;
      for (const row of rows) {
        const email = await this.#open(row);
        if (email === null) broken += 1;
        else await this.#bring(row, email, done);
      }
      [after, seen] = [last.id, seen + rows.length];
    }
    return done;
  }

  /** Null for one that was tampered with: that is told as it is opened, and is nothing to wait for. */
  async #open(row: Row): Promise<string | null> {
    try {
      return await this.keys.open((cipher) => openAddress(cipher, row));
    } catch (error) {
      if (hasCode(error, 'sealed_value_broken')) return null;
      throw error;
    }
  }

  async #bring(row: Row, email: string, done: Canonicalized): Promise<void> {
    if (storedEmail(email) === formerEmail(email)) return;
    if (await this.#isTaken(row.id, email)) {
      done.collisions += 1;
      this.#logger.warn(`Member ${row.id} has the same address as another one of the tenant`);
      await this.audit.append({ action: 'member.addresses-collide', targetId: row.id });
      return;
    }
    await this.signIns.rehash(email, this.tenancy.current().tenant.id);
    if (await this.#change(row, email)) done.changed += 1;
    else done.missed += 1;
  }

  async #isTaken(id: string, email: string): Promise<boolean> {
    const hash = await this.keys.open((cipher) => addressHash(cipher, email));
    const rows = await this.database.query({
      text: 'SELECT FROM members WHERE email_hash = $1 AND id <> $2',
      values: [hash, id],
    });
    return rows.length > 0;
  }

  /** False when it was sealed anew or removed since it was read, or somebody took the address in this moment. */
  async #change({ id, email: before }: Row, email: string): Promise<boolean> {
    const after = await this.keys.seal((cipher) => ({
      email: cipher.sealText(MEMBERS.email, id, storedEmail(email)),
      hash: addressHash(cipher, email),
    }));
    const rows = await this.database.query({
      text: `UPDATE members SET email = $3, email_hash = $4
        WHERE id = $1 AND email = $2::bytea
          AND NOT EXISTS (SELECT FROM members other WHERE other.email_hash = $4 AND other.id <> $1)
        RETURNING id`,
      values: [id, before, after.email, after.hash],
    });
    return rows.length === 1;
  }
}
