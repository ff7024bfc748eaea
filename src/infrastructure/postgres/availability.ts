import { types } from 'node:util';
import { AppError } from '../../kernel/app-error.js';
import { hasSqlstate, SQLSTATE, sqlstateOf } from './sqlstate.js';

const SOCKET_FAILURES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

const SERVER_STATES = new Set<string>([
  SQLSTATE.adminShutdown,
  SQLSTATE.crashShutdown,
  SQLSTATE.cannotConnectNow,
  SQLSTATE.idleInTransactionTimeout,
  SQLSTATE.idleSessionTimeout,
  SQLSTATE.tooManyConnections,
  SQLSTATE.diskFull,
  SQLSTATE.outOfMemory,
]);

/** What leaves the connection as it was. */
const SPARING = new Set<string>([
  SQLSTATE.diskFull,
  SQLSTATE.outOfMemory,
  SQLSTATE.programLimitExceeded,
]);

/** pg reports a lost connection with these words and no code. */
const LOST_CONNECTION =
  /Connection terminated|timeout expired|is not queryable|timeout exceeded when trying to connect|Cannot use a pool after calling end/;

/** TypeORM gives a connection back by itself when it breaks, and then knows its next statement only as too late. */
const RELEASED_ON_LOSS = /^QueryRunner(?:Provider)?AlreadyReleasedError$/;

/** The server cannot serve for now; the same call may succeed later. */
export class DatabaseUnavailableError extends AppError {
  constructor(cause: unknown) {
    super(
      'database_unavailable',
      'The database cannot be reached at the moment. Try again shortly.',
      {
        cause,
      },
    );
  }
}

/** Somebody else holds what the statement needs; the same call may succeed later. */
export class DatabaseBusyError extends AppError {
  constructor(cause: unknown) {
    super(
      'database_busy',
      'Something else holds what this request needs, and it took too long. Try again shortly.',
      { cause },
    );
  }
}

/** Whether the statement gave up waiting for a lock, also where TypeORM wraps that. */
export function isBusy(error: unknown): boolean {
  const { driverError = error } = Object(error) as { driverError?: unknown };
  return hasSqlstate(driverError, SQLSTATE.lockNotAvailable);
}

/** Whether the failure is the server's absence (down, restarting, full) and not a fault of the statement. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof DatabaseUnavailableError) return true;
  // Not instanceof: an error of another realm (a vm context) is an error too.
  if (!types.isNativeError(error)) return false;
  const { errors } = error as { errors?: unknown };
  if (Array.isArray(errors) && errors.some(isUnavailable)) return true;
  // TypeORM wraps what the driver said.
  const { driverError } = error as { driverError?: unknown };
  if (driverError !== undefined && driverError !== error) return isUnavailable(driverError);
  const state = sqlstateOf(error);
  if (state !== undefined) {
    return SERVER_STATES.has(state) || state.startsWith('08') || isNotifyQueueFull(error);
  }
  if (RELEASED_ON_LOSS.test(error.name)) return true;
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string') return SOCKET_FAILURES.has(code);
  return LOST_CONNECTION.test(error.message);
}

/** Some session of the server listens and does not read; the sweep ends it where it is a tenant's. */
function isNotifyQueueFull(error: unknown): boolean {
  const { routine } = error as { routine?: unknown };
  return hasSqlstate(error, SQLSTATE.programLimitExceeded) && routine === 'PreCommit_Notify';
}

/** Whether the connection itself is gone or in doubt, so that it must not be used again. */
export function isConnectionLost(error: unknown): boolean {
  const state = sqlstateOf(error);
  return isUnavailable(error) && (state === undefined || !SPARING.has(state));
}
