/** SQLSTATE values by name (PostgreSQL documentation, appendix A). */
export const SQLSTATE = {
  uniqueViolation: '23505',
  foreignKeyViolation: '23503',
  checkViolation: '23514',
  deadlockDetected: '40P01',
  undefinedTable: '42P01',
  undefinedObject: '42704',
  invalidCatalogName: '3D000',
  duplicateDatabase: '42P04',
  duplicateObject: '42710',
  duplicateSchema: '42P06',
  duplicateTable: '42P07',
  invalidSchemaName: '3F000',
  dependentObjectsStillExist: '2BP01',
  objectNotInPrerequisiteState: '55000',
  objectInUse: '55006',
  lockNotAvailable: '55P03',
  queryCanceled: '57014',
  adminShutdown: '57P01',
  crashShutdown: '57P02',
  cannotConnectNow: '57P03',
  idleSessionTimeout: '57P05',
  idleInTransactionTimeout: '25P03',
  tooManyConnections: '53300',
  diskFull: '53100',
  outOfMemory: '53200',
  programLimitExceeded: '54000',
  insufficientPrivilege: '42501',
  invalidPassword: '28P01',
  invalidAuthorization: '28000',
  readOnlyTransaction: '25006',
  protocolViolation: '08P01',
  undefinedStatementName: '26000',
  duplicateStatementName: '42P05',
  featureNotSupported: '0A000',
  internalError: 'XX000',
} as const;

export function sqlstateOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

export function hasSqlstate(error: unknown, ...states: string[]): boolean {
  const state = sqlstateOf(error);
  return state !== undefined && states.includes(state);
}
