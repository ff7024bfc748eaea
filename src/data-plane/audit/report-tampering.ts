import { Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { AppError } from '../../kernel/app-error.js';
import { TenantKeys } from '../../tenancy/keys/tenant-keys.js';
import { Tenancy } from '../../tenancy/tenancy.js';
import { BackgroundWork } from '../background-work.js';
import { hasFormOfId } from '../id-form.js';
import { AuditLog } from './audit-log.js';
import type { AuditDetails } from './sealed-details.js';

/** Who the audit log names: whoever read the value is not who changed it. */
const JOB = 'integrity.report';

/** One broken row is read again and again; it is told once in this time, by each process. */
const QUIET_MS = 600_000;
const REMEMBERED_MAX = 10_000;

/**
 * Tells a tenant's audit log that something stored would not open: changed, cut, moved, or under a key
 * that is broken or unknown. Bound to what `TenantKeys` calls tampering.
 */
@Injectable()
export class ReportTampering {
  readonly #logger = new Logger(ReportTampering.name);
  readonly #told = new LRUCache<string, true>({ max: REMEMBERED_MAX, ttl: QUIET_MS });

  constructor(
    private readonly tenancy: Tenancy,
    private readonly background: BackgroundWork,
    private readonly keys: TenantKeys,
    private readonly audit: AuditLog,
  ) {}

  /** Called in the tenant's scope. Returns at once, and never throws: its caller has an error to report. */
  execute(error: AppError): void {
    try {
      this.#report(error);
    } catch (failure) {
      this.#logger.error('Tampering was not reported', failure);
    }
  }

  #report(error: AppError): void {
    const scope = this.tenancy.current();
    // Sealing the report may meet the same broken key: that is no news.
    if (scope.actor.kind === 'system' && scope.actor.job === JOB) return;
    const { target, details } = contentOf(error);
    const { table, column } = details;
    const what = JSON.stringify([scope.tenant.id, error.code, table, column, target]);
    if (this.#told.has(what)) return;
    const reporter = { ...scope, actor: { kind: 'system', job: JOB } } as const;
    const started = this.background.start(JOB, async () => {
      try {
        await this.tenancy.enter(reporter, () => this.#write(target, details));
      } catch (failure) {
        this.#told.delete(what);
        throw failure;
      }
    });
    if (!started) return;
    this.#told.set(what, true);
    this.#logger.warn(`Something stored would not open: ${error.code} ${JSON.stringify(details)}`);
  }

  async #write(target: string | undefined, details: AuditDetails): Promise<void> {
    const event = {
      action: 'data.integrity-failed',
      ...(target === undefined ? {} : { targetId: target }),
    } as const;
    try {
      await this.keys.ready('to-seal');
    } catch {
      // The key itself is broken, or away: better an event without details than none.
      return this.audit.append(event);
    }
    await this.audit.append({ ...event, details });
  }
}

/** Ids and names only. A row's id that has not the form of ours was written by whoever changed the row. */
function contentOf({ code, fields }: AppError): {
  target: string | undefined;
  details: AuditDetails;
} {
  const { table, column, row, reason } = fields;
  const target = typeof row === 'string' && hasFormOfId(row) ? row : undefined;
  const known = Object.entries({ table, column, reason: reason ?? code });
  return { target, details: Object.fromEntries(known.filter(isText)) };
}

function isText(entry: [string, unknown]): entry is [string, string] {
  return typeof entry[1] === 'string';
}
