import type { Mail } from '../../../src/infrastructure/mail/mailer.js';
import { Mailer } from '../../../src/infrastructure/mail/mailer.js';
import { AccessNews } from '../../../src/data-plane/access/access-news.js';
import {
  SignInDirectory,
  type SignInPlace,
} from '../../../src/data-plane/access/sign-in-directory.js';
import { AddressProofs } from '../../../src/data-plane/addresses/address-proofs.js';
import { SlugDirectory } from '../../../src/data-plane/organization/slug-directory.js';
import type { Tenancy } from '../../../src/tenancy/tenancy.js';
import type { AttemptLimiter } from '../../../src/data-plane/passwords/attempt-limits.js';

/** Addresses in the order they joined. */
export class FakeSignIns extends SignInDirectory {
  readonly rows: { email: string; tenantId: string; proved: boolean }[] = [];
  readonly slugs = new Map<string, string>();

  constructor(private readonly proofs: FakeProofs) {
    super();
  }

  override find(email: string, slug?: string): Promise<SignInPlace[]> {
    const of = slug === undefined ? undefined : (this.slugs.get(slug) ?? 'nobody');
    const found = this.rows.filter(
      (it) => it.email === email && (of === undefined || it.tenantId === of),
    );
    return Promise.resolve(found.toSorted((a, b) => Number(b.proved) - Number(a.proved)));
  }

  override async add(email: string, tenantId: string, linkHash?: Buffer): Promise<boolean> {
    const before = this.rows.find((it) => it.email === email && it.tenantId === tenantId);
    const row = before ?? { email, tenantId, proved: false };
    if (before === undefined) this.rows.push(row);
    row.proved ||= this.proofs.take(linkHash)?.tenantId === tenantId;
    return row.proved;
  }

  /** As a link would. */
  prove(email: string, tenantId: string): void {
    const row = this.rows.find((it) => it.email === email && it.tenantId === tenantId);
    if (row === undefined) throw new Error('The address is not listed in this tenant.');
    row.proved = true;
  }

  override rehash(): Promise<void> {
    return Promise.resolve();
  }

  override remove(email: string, tenantId: string): Promise<void> {
    const at = this.rows.findIndex((it) => it.email === email && it.tenantId === tenantId);
    if (at >= 0) this.rows.splice(at, 1);
    return Promise.resolve();
  }
}

export class FakeProofs extends AddressProofs {
  readonly open = new Map<string, { email: string; tenantId: string }>();
  claimed: (link: { email: string; tenantId: string }) => void = () => undefined;

  take(linkHash: Buffer | undefined): { email: string; tenantId: string } | undefined {
    const key = linkHash?.toString('hex') ?? '';
    const link = this.open.get(key);
    this.open.delete(key);
    return link;
  }

  constructor(private readonly tenancy: Tenancy) {
    super();
  }

  override async offer({ linkHash, email }: { linkHash: Buffer; email: string }): Promise<void> {
    const { id: tenantId } = this.tenancy.current().tenant;
    this.open.set(linkHash.toString('hex'), { email, tenantId });
  }

  override async claim(linkHash: Buffer): Promise<boolean> {
    const link = this.open.get(linkHash.toString('hex'));
    if (link?.tenantId !== this.tenancy.current().tenant.id) return false;
    this.take(linkHash);
    this.claimed(link);
    return true;
  }
}

export class FakeSlugs extends SlugDirectory {
  readonly owners = new Map<string, string>();
  /** Called before each step, to crash or to wait there. */
  before: (step: 'claim' | 'keepOnly') => void | Promise<void> = () => undefined;

  override async claim(tenantId: string, slug: string): Promise<'ok' | 'taken'> {
    await this.before('claim');
    const owner = this.owners.get(slug) ?? tenantId;
    this.owners.set(slug, owner);
    return owner === tenantId ? 'ok' : 'taken';
  }

  override async keepOnly(tenantId: string, slug: string): Promise<void> {
    await this.before('keepOnly');
    for (const [taken, owner] of this.owners) {
      if (owner === tenantId && taken !== slug) this.owners.delete(taken);
    }
  }
}

export class FakeNews extends AccessNews {
  readonly told: string[] = [];

  override changed(tenantId: string): Promise<void> {
    this.told.push(tenantId);
    return Promise.resolve();
  }
}

export class FakeMailer extends Mailer {
  readonly sent: Mail[] = [];
  configured = true;

  override send(mail: Mail): Promise<'sent' | 'not-configured'> {
    if (!this.configured) return Promise.resolve('not-configured');
    this.sent.push(mail);
    return Promise.resolve('sent');
  }

  /** The token in the newest mail's link. */
  lastToken(): string {
    const token = /#token=(\S+)/.exec(this.sent.at(-1)?.text ?? '')?.[1];
    if (token === undefined) throw new Error('No link was mailed.');
    return token;
  }
}

export class FakeLimiter implements AttemptLimiter {
  readonly counts = new Map<string, number>();

  constructor(public limit: number) {}

  consume(key: string): Promise<{ allowed: boolean; retryAfterMs: number }> {
    const count = (this.counts.get(key) ?? 0) + 1;
    this.counts.set(key, count);
    return Promise.resolve({ allowed: count <= this.limit, retryAfterMs: 60_000 });
  }

  reward(key: string): Promise<void> {
    this.counts.set(key, (this.counts.get(key) ?? 0) - 1);
    return Promise.resolve();
  }
}
