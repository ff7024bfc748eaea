/**
 * Tells every process that tokens are no longer to be used. A port: the catalog implements it with a
 * notification on the change feed (`{kind: 'grant', tenantId, integrationId}`).
 */
export abstract class GrantNews {
  /** Resolves once the news is out. Call it after the change is committed, not before. */
  abstract ended(tenantId: string, integrationId: string): Promise<void>;
}
