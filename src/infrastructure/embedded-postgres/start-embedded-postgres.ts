import { access, constants, mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { resetAdminPassword } from './admin-password.js';
import { choosePort } from './choose-port.js';
import { placeCluster } from './cluster-home.js';
import { CONTROL_ROLE, ensureControlRole } from './control-role.js';
import { lockDataDir } from './data-dir-lock.js';
import { DataDirNotWritableError } from './embedded-postgres.errors.js';
import { forbidLargeObjects } from './forbid-large-objects.js';
import { initCluster, inspectCluster } from './init-cluster.js';
import { settleOrphan } from './orphan-server.js';
import { findPlatformBinaries } from './platform-binaries.js';
import { reachableRuntime } from './runtime-copy.js';
import { serverAccount } from './server-account.js';
import { superviseServer } from './supervised-server.js';
import { loginUrl, readUrlFile, writeUrlFile } from './url-file.js';
import { newRolePassword } from '../postgres/scram.js';

export interface EmbeddedPostgresOptions {
  /** The data folder of NuMoon; made when missing. */
  dataDir: string;
  /** 0 or absent: the one of last time while it is free, else any free one. */
  port?: number;
  /** Server settings over our defaults. Those that guard the network and the log are not overridden. */
  settings?: Readonly<Record<string, string>>;
  /** Told in one sentence of what takes time or needs to be known. */
  onProgress?(message: string): void;
}

export interface EmbeddedPostgres {
  /** Logs in as the superuser; for the administrator, never for the running program. */
  readonly adminUrl: string;
  /** Logs in as the role `numoon_control`: CREATEDB, CREATEROLE and nothing more. */
  readonly controlUrl: string;
  readonly port: number;
  /** Changes when the server died and was started again. */
  readonly pid: number;
  /** Fast shutdown; resolves when the server has ended and the data folder is free. Safe to repeat. */
  stop(): Promise<void>;
}

/**
 * A real PostgreSQL in the data folder, listening on 127.0.0.1 only. A first start makes the
 * database, later ones find it again, whatever the last run died of.
 *
 * @throws AppError with code data_dir_not_writable, data_dir_in_use, data_dir_half_initialised,
 *   data_dir_cluster_missing, postgres_version_mismatch, postgres_port_taken,
 *   postgres_binaries_missing, postgres_start_failed or postgres_stop_failed
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const dataDir = await writableDataDir(options.dataDir);
  const lock = await lockDataDir(dataDir);
  try {
    const running = await startLocked(dataDir, options);
    let stopped: Promise<void> | undefined;
    const stop = () => (stopped ??= running.server.stop().then(() => lock.release()));
    return {
      adminUrl: running.adminUrl,
      controlUrl: running.controlUrl,
      port: running.port,
      get pid() {
        return running.server.pid;
      },
      stop,
    };
  } catch (error) {
    await lock.release();
    throw isRefusal(error) ? new DataDirNotWritableError(dataDir, error) : error;
  }
}

/** What the file system answers when it is full, read-only or somebody else's. */
function isRefusal(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return ['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT'].includes(code);
}

async function startLocked(dataDir: string, options: EmbeddedPostgresOptions) {
  const onProgress = options.onProgress ?? (() => undefined);
  const settings = options.settings ?? {};
  const adminFile = join(dataDir, 'postgres.url');
  const controlFile = join(dataDir, 'postgres-control.url');

  const binaries = await findPlatformBinaries();
  const account = await serverAccount(join(dataDir, 'postgres'));
  const native = await reachableRuntime(binaries, account, onProgress);
  const place = await placeCluster(dataDir, account, onProgress);
  const base = { native, account, cluster: place.cluster, onProgress };

  const state = await inspectCluster(place.cluster, binaries.major);
  if (state === 'whole') await settleOrphan(base);

  const admin = await readUrlFile(adminFile);
  const control = await readUrlFile(controlFile);
  const port = await choosePort(options.port, admin?.port ?? control?.port);
  if (admin !== null && admin.port !== port) onProgress(`PostgreSQL now listens on port ${port}`);
  const login = { user: 'postgres', password: admin?.password ?? newRolePassword(), port };
  const controlLogin = {
    user: CONTROL_ROLE,
    password: control?.password ?? newRolePassword(),
    port,
  };

  if (state === 'absent') {
    onProgress('Making the database (first start)');
    const sync = settings.fsync !== 'off';
    await initCluster({ place, native, account, password: login.password, sync });
  } else if (admin === null) {
    await resetAdminPassword(base, login.password);
  }
  await writeUrlFile(adminFile, login);
  await writeUrlFile(controlFile, controlLogin);

  const logFile = join(dataDir, 'postgres.log');
  const server = await superviseServer({ ...base, port, settings, logFile });
  try {
    await ensureControlRole(loginUrl(login), controlLogin.password);
    await forbidLargeObjects((database) => withDatabase(loginUrl(login), database), CONTROL_ROLE);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { server, adminUrl: loginUrl(login), controlUrl: loginUrl(controlLogin), port };
}

function withDatabase(url: string, database: string): string {
  const other = new URL(url);
  other.pathname = `/${database}`;
  return other.href;
}

/** Its real path. Root leaves it open to walk through, because the server runs as another user. */
async function writableDataDir(path: string): Promise<string> {
  try {
    await mkdir(path, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
    await access(path, constants.W_OK | constants.X_OK);
    return await realpath(path);
  } catch (error) {
    throw new DataDirNotWritableError(path, error);
  }
}
