import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { freePort } from './free-port.js';
import { type SystemAccount, systemAccount } from './system-account.js';

export interface SystemPostgres {
  adminUrl: string;
  stop(): Promise<void>;
}

/** Binaries of the oldest installed server that NuMoon supports; null on machines with Node alone. */
export function systemBinaries(): string | null {
  const root = '/usr/lib/postgresql';
  if (!existsSync(root)) return null;
  const versions = readdirSync(root)
    .filter((version) => Number(version) >= 15 && existsSync(`${root}/${version}/bin/initdb`))
    .toSorted((a, b) => Number(a) - Number(b));
  return versions[0] === undefined ? null : `${root}/${versions[0]}/bin`;
}

/** A throw-away cluster with the binaries in `bin`, on loopback, as the user `postgres` when we are root. */
export async function startSystemPostgres(
  bin: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<SystemPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'numoon-system-pg-'));
  chmodSync(folder, 0o755);
  const owner: Partial<SystemAccount> = userInfo().uid === 0 ? systemAccount('postgres') : {};
  if (owner.uid !== undefined && owner.gid !== undefined) chownSync(folder, owner.uid, owner.gid);
  const data = join(folder, 'data');
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, 'admin-secret\n', { mode: 0o644 });
  execFileSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'admin', '-A', 'scram-sha-256', '-E', 'UTF8', `--pwfile=${passwordFile}`],
    { ...owner, cwd: folder, stdio: 'ignore' },
  );
  const port = await freePort();
  const flags = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder, '-F'];
  for (const [name, value] of Object.entries(settings)) flags.push('-c', `${name}=${value}`);
  const server = spawn(join(bin, 'postgres'), flags, { ...owner, cwd: folder, stdio: 'ignore' });
  const adminUrl = `postgres://admin:admin-secret@127.0.0.1:${port}/postgres`;
  await untilReady(adminUrl);
  return {
    adminUrl,
    stop: async () => {
      const exited = once(server, 'exit');
      server.kill('SIGINT');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function untilReady(url: string): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const client = new Client({ connectionString: url });
    try {
      await client.connect();
      return await client.end();
    } catch (error) {
      if (tries > 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
