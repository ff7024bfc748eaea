import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { existsSync } from 'node:fs';
import { randomWord } from '../../src/kernel/ids.js';
import { freePort } from './free-port.js';
import { type SystemAccount, systemAccount } from './system-account.js';
import { runSql } from './temp-servers.js';

/** How this one differs from what the guide for operators says. */
export interface PgBouncerOptions {
  poolMode?: 'transaction' | 'session' | 'statement';
  /** 0: it does not translate the names of prepared statements. */
  maxPreparedStatements?: number;
  /** Further lines of the section [pgbouncer]. */
  settings?: Record<string, string | number>;
}

export interface PgBouncer {
  version: string;
  /** The same login, through it. */
  through(url: string): string;
  /** Dies without a word, and comes back on the same port. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** A command to its console, such as RECONNECT. */
  command(text: string): Promise<Record<string, unknown>[]>;
  stop(): Promise<void>;
}

/** NUMOON_TEST_PGBOUNCER, or the one on the PATH; null where there is none. */
export function findPgBouncer(): string | null {
  const named = process.env['NUMOON_TEST_PGBOUNCER'] ?? '';
  if (named !== '') return named;
  // Debian puts it where only an administrator's PATH leads.
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin'];
  return folders.map((it) => join(it, 'pgbouncer')).find((it) => existsSync(it)) ?? null;
}

/** One on a free port of loopback, set up as docs/operations-pgbouncer.md says, and as nobody when we are root. */
export async function startPgBouncer(
  binary: string,
  adminUrl: string,
  options: PgBouncerOptions = {},
): Promise<PgBouncer> {
  const version = /PgBouncer (\d+\.\d+)/.exec(
    execFileSync(binary, ['--version'], { encoding: 'utf8' }),
  )?.[1];
  if (version === undefined) throw new Error(`${binary} does not say which version it is.`);
  const minor = Number(version.split('.')[1]);
  const guide = readGuide();
  const server = new URL(adminUrl);
  const port = await freePort();
  // Several specs may share the server, and each has a role and a function of its own.
  const word = randomWord(10);
  const mine = (text: string): string =>
    text.replaceAll('numoon_pooler', `numoon_pooler_${word}`).replaceAll('change-me', word);
  const asks = minor >= 19;
  const login = asks
    ? { user: `numoon_pooler_${word}`, password: word }
    : { user: server.username, password: decodeURIComponent(server.password) };
  if (asks) await runSql(adminUrl, mine(guide.sql));

  const folder = mkdtempSync(join(tmpdir(), 'numoon-pgbouncer-'));
  const owner: Partial<SystemAccount> = userInfo().uid === 0 ? systemAccount('nobody') : {};
  const users = join(folder, 'userlist.txt');
  const settings: Record<string, string | number> = {
    listen_port: port,
    auth_file: users,
    auth_user: login.user,
    admin_users: login.user,
    unix_socket_dir: '',
    pool_mode: options.poolMode ?? 'transaction',
    max_prepared_statements: options.maxPreparedStatements ?? 200,
    // Where it asks in the tenant's own database, that session is in the way of dropping it.
    ...(asks ? {} : { server_idle_timeout: 1 }),
    ...options.settings,
  };
  const unknown = [
    ...(minor < 21 ? ['max_prepared_statements'] : []),
    ...(asks ? [] : ['auth_dbname', 'auth_query']),
  ];
  const file = join(folder, 'pgbouncer.ini');
  writeFileSync(
    file,
    withSettings(mine(guide.ini), settings, unknown)
      .replaceAll('host=127.0.0.1', `host=${server.hostname}`)
      .replaceAll('port=5432', `port=${server.port}`),
  );
  writeFileSync(users, `"${login.user}" "${login.password}"\n`);
  for (const path of [folder, file, users]) {
    if (owner.uid !== undefined && owner.gid !== undefined) chownSync(path, owner.uid, owner.gid);
    chmodSync(path, path === folder ? 0o700 : 0o600);
  }

  let child: ChildProcess | null = null;
  const through = (url: string): string => {
    const target = new URL(url);
    target.hostname = '127.0.0.1';
    target.port = String(port);
    return target.href;
  };
  const consoleUrl = `postgres://${login.user}:${encodeURIComponent(login.password)}@127.0.0.1:${port}/pgbouncer`;
  const command = (text: string) => runSql(consoleUrl, text);
  const start = async (): Promise<void> => {
    const started = spawn(binary, [file], {
      ...owner,
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    started.stderr.on('data', (part: Buffer) => (said = `${said}${String(part)}`.slice(-4_000)));
    child = started;
    for (let tries = 0; ; tries += 1) {
      if (started.exitCode !== null) throw new Error(`PgBouncer ended at its start: ${said}`);
      if (
        await command('SHOW VERSION').then(
          () => true,
          () => false,
        )
      )
        return;
      if (tries > 200) throw new Error(`PgBouncer does not answer: ${said}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const running = child;
    child = null;
    if (running === null || running.exitCode !== null) return;
    const exited = once(running, 'exit');
    running.kill(signal);
    await exited;
  };
  await start();
  return {
    version,
    through,
    command,
    start,
    kill: () => end('SIGKILL'),
    stop: async () => {
      await end('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
      if (asks) await runSql(adminUrl, undo(login.user));
    },
  };
}

function undo(user: string): string {
  return `DROP SCHEMA ${user} CASCADE; REVOKE ALL ON DATABASE postgres FROM ${user}; DROP ROLE ${user}`;
}

/** What the guide tells operators to write. Found from the project's folder: benchmarks are compiled elsewhere. */
function readGuide(): { sql: string; ini: string } {
  const text = readFileSync('docs/operations-pgbouncer.md', 'utf8');
  const block = (language: string): string => {
    const found = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(text)?.[1];
    if (found === undefined) throw new Error(`The guide shows no ${language}.`);
    return found;
  };
  return { sql: block('sql'), ini: block('ini') };
}

function nameOf(line: string): string {
  return /^(\w+) =/.exec(line)?.[1] ?? '';
}

/** The file with these settings in place of its own. A name that this version does not know is left out. */
function withSettings(
  ini: string,
  settings: Record<string, string | number>,
  unknown: readonly string[],
): string {
  const kept = ini
    .split('\n')
    .filter((line) => !unknown.includes(nameOf(line)) && !Object.hasOwn(settings, nameOf(line)));
  const added = Object.entries(settings)
    .filter(([name]) => !unknown.includes(name))
    .map(([name, value]) => `${name} = ${value}`);
  return [...kept, ...added, ''].join('\n');
}
