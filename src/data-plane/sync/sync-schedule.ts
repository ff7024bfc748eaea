export type SyncCause = 'schedule' | 'request' | 'webhook' | 'connect';

export interface DueSync {
  tenantId: string;
  integrationId: string;
  cause: SyncCause;
  /** Failures in a row before this one. */
  failures: number;
  /** Somebody disconnected it, and not all of that is done. */
  ending: boolean;
}

/**
 * When each integration is to be synced next, or its end to be gone on with. A port: the catalog implements
 * it (`sync_schedule`), so that finding what is due costs one query and not one a tenant. Holds ids and times.
 *
 * All but `claim` are for an integration of the tenant in context, and throw NoTenantError without one.
 */
export abstract class SyncSchedule {
  /** Adds it or moves it forward; an earlier time that is there already stays. */
  abstract hasten(entry: { integrationId: string; dueAt: Date; cause: SyncCause }): Promise<void>;
  /**
   * Takes up to `limit` due ones for `holder`, at most `perTenant` of one tenant (those it works on
   * already counted), those waiting for longest first.
   *
   * @throws NotCentralError outside `tenancy.central`
   */
  abstract claim(options: {
    holder: string;
    limit: number;
    perTenant: number;
    leaseMs: number;
  }): Promise<DueSync[]>;
  /** Keeps a claimed one. False: it is somebody else's by now. */
  abstract renew(integrationId: string, holder: string, leaseMs: number): Promise<boolean>;
  /** Gives it back with its next time. What came in meanwhile (`hasten`) wins where it is earlier. */
  abstract settle(
    integrationId: string,
    holder: string,
    next: { dueAt: Date; failures: number },
  ): Promise<void>;
  /**
   * Takes it out, whoever holds it. One that is being ended stays: who ends it gives it up when nothing
   * is left.
   */
  abstract remove(integrationId: string): Promise<void>;
  /**
   * The end of an integration begins, or goes on: whatever crashes from now on, it is due when the lease
   * of `holder` is over. Taken from a sync at once, from another who ends it only when that lease is over.
   *
   * @returns false where somebody else ends it right now, or its tenant is being deleted
   */
  abstract end(entry: { integrationId: string; holder: string; leaseMs: number }): Promise<boolean>;
  /**
   * Takes out a held one, of which nothing is left to do. What came in meanwhile (`hasten`) wins: then it
   * is given back for that time.
   *
   * @returns whether it was taken out
   */
  abstract giveUp(integrationId: string, holder: string): Promise<boolean>;
}
