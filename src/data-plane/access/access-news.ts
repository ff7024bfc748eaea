/**
 * Tells every process that credentials of a tenant changed. A port: the catalog implements it with a
 * notification on the change feed (`{kind: 'access', tenantId}`).
 */
export abstract class AccessNews {
  /** Resolves once the news is out. Call it after the change is committed, not before. */
  abstract changed(tenantId: string): Promise<void>;
}
