import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const KV_MOUNT = 'numoon';
export const TRANSIT_MOUNT = 'numoon-transit';

/** The Vault-compatible program to test against, or null: such tests are then skipped by name. */
export const vaultBinary = process.env['NUMOON_TEST_VAULT_BIN'] || null;

export interface VaultServer {
  address: string;
  rootToken: string;
  /** With the root token unless the headers have another. */
  ask(method: string, path: string, body?: object, headers?: object): Promise<VaultReply>;
  seal(): Promise<void>;
  unseal(): Promise<void>;
  /** Ends the program and leaves its storage; `start` serves it again at the same address, unsealed. */
  halt(): Promise<void>;
  start(): Promise<void>;
  /** Ends the program and removes its storage. */
  stop(): Promise<void>;
}

export interface VaultReply {
  status: number;
  // Tests look into whatever Vault answers; a wrong guess fails the test, which is what it is for.
  // oxlint-disable-next-line typescript/no-explicit-any
  body: any;
}

const START_TIMEOUT_MS = 15_000;

/**
 * A server of its own on a free loopback port: initialised with one key share, unsealed, with a KV
 * version 2 engine at `numoon` and a transit engine at `numoon-transit`. Takes about a second.
 *
 * `inMemory`: storage with transactions, as OpenBao's raft has and its file storage has not; `halt`
 * loses it.
 */
export async function startVaultServer(
  bin: string | null = vaultBinary,
  { inMemory = false } = {},
): Promise<VaultServer> {
  if (bin === null) throw new Error('Set NUMOON_TEST_VAULT_BIN to a vault or bao binary');
  const dir = await mkdtemp(join(tmpdir(), 'numoon-vault-'));
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const config = join(dir, 'server.hcl');
  await writeFile(config, configuration(inMemory ? null : join(dir, 'storage'), port));

  let child: ChildProcess | null = null;
  let unsealKey = '';
  let rootToken = '';

  const ask = askVault(address, () => rootToken);

  async function must(method: string, path: string, body?: object) {
    const reply = await ask(method, path, body);
    if (reply.status >= 300) {
      throw new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
    }
    return reply.body;
  }

  const unseal = async () => {
    await must('PUT', 'sys/unseal', { key: unsealKey });
    await until('active', async () => (await ask('GET', 'sys/health')).status === 200);
  };

  const launch = async () => {
    child = spawn(bin, ['server', `-config=${config}`], {
      stdio: 'ignore',
      // Nothing of the developer's own Vault reaches this one.
      env: { PATH: process.env['PATH'], HOME: dir },
    });
    const started = child;
    const failed = once(started, 'error').then(([error]) => Promise.reject(error as Error));
    process.once('exit', () => started.kill('SIGKILL'));
    const answering = until('answering', async () => {
      if (started.exitCode !== null) throw new Error(`${bin} ended with ${started.exitCode}`);
      return ask('GET', 'sys/health').then(
        () => true,
        () => false,
      );
    });
    await Promise.race([answering, failed]);
    failed.catch(() => undefined);
  };

  const halt = async () => {
    const running = child;
    child = null;
    if (running === null || running.exitCode !== null || running.signalCode !== null) return;
    const ended = once(running, 'exit');
    running.kill('SIGKILL');
    await ended;
  };

  const stop = async () => {
    await halt();
    await rm(dir, { recursive: true, force: true, maxRetries: 3 });
  };

  try {
    await launch();
    const made = await must('PUT', 'sys/init', { secret_shares: 1, secret_threshold: 1 });
    unsealKey = made.keys[0];
    rootToken = made.root_token;
    await unseal();
    await must('POST', `sys/mounts/${KV_MOUNT}`, { type: 'kv', options: { version: '2' } });
    await must('POST', `sys/mounts/${TRANSIT_MOUNT}`, { type: 'transit' });
    // A new version 2 engine answers 400 for a moment, until its upgrade is through.
    await until('upgraded', async () => (await ask('GET', `${KV_MOUNT}/config`)).status === 200);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    address,
    rootToken,
    ask,
    seal: async () => void (await must('PUT', 'sys/seal')),
    unseal,
    halt,
    start: async () => {
      await launch();
      await unseal();
    },
    stop,
  };
}

/** Raw requests; the status and the parsed body, whatever it is. */
export function askVault(address: string, token: () => string): VaultServer['ask'] {
  return async (method, path, body, headers = {}) => {
    const response = await fetch(`${address}/v1/${path}`, {
      method,
      headers: { 'X-Vault-Token': token(), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : JSON.parse(text) };
  };
}

function configuration(folder: string | null, port: number): string {
  const storage = folder === null ? 'inmem" {}' : `file" { path = ${JSON.stringify(folder)} }`;
  return `
storage "${storage}
listener "tcp" {
  address     = "127.0.0.1:${port}"
  tls_disable = true
}
api_addr      = "http://127.0.0.1:${port}"
disable_mlock = true
log_level     = "error"
`;
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + START_TIMEOUT_MS;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`The vault server is not ${what} in time`);
    await sleep(50);
  }
}

/** Another process could take it in the moment before the server does; then the start fails loudly. */
async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
