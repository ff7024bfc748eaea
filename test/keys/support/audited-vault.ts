import { execFile, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { realVault } from '../../infrastructure/vault/real-vault.js';
import type { OwnVault } from '../../infrastructure/vault/own-vault.js';
import {
  KV_MOUNT,
  startVaultServer,
  TRANSIT_MOUNT,
  vaultBinary,
} from '../../support/vault-server.js';

export interface AuditedVault extends OwnVault {
  /** Nobody takes what the audit device writes any more: once its pipe is full, Vault stands still. */
  blockAudit(): void;
  unblockAudit(): void;
}

/** A server whose audit device writes into a pipe that a program of ours reads. */
export async function startAuditedVault(): Promise<AuditedVault> {
  const dir = await mkdtemp(join(tmpdir(), 'numoon-audit-'));
  const pipe = join(dir, 'audit');
  await promisify(execFile)('mkfifo', [pipe]);
  const reader = spawn('cat', [pipe], { stdio: 'ignore' });
  try {
    const server = await startVaultServer(await withAudit(dir, pipe));
    await declareAudit(server, pipe);
    const mounts = { kvMount: KV_MOUNT, transitMount: TRANSIT_MOUNT };
    const stop = async () => {
      await server.stop();
      reader.kill('SIGKILL');
      await rm(dir, { recursive: true, force: true });
    };
    const { seal, unseal, halt, start } = server;
    return {
      ...realVault(server, mounts, stop),
      seal,
      unseal,
      halt,
      start,
      blockAudit: () => void reader.kill('SIGSTOP'),
      unblockAudit: () => void reader.kill('SIGCONT'),
    };
  } catch (error) {
    reader.kill('SIGKILL');
    await rm(dir, { recursive: true, force: true });
    throw error;
  }
}

/** OpenBao takes audit devices from its configuration alone; HashiCorp's Vault passes over this part of it. */
async function withAudit(dir: string, pipe: string): Promise<string> {
  const config = join(dir, 'audit.hcl');
  const program = join(dir, 'vault.sh');
  await writeFile(
    config,
    `audit "file" "pipe" {\n  options {\n    file_path = "${pipe}"\n  }\n}\n`,
  );
  await writeFile(program, `#!/bin/sh\nexec "${vaultBinary}" "$@" "-config=${config}"\n`);
  await chmod(program, 0o755);
  return program;
}

async function declareAudit({ ask }: Pick<OwnVault, 'ask'>, pipe: string): Promise<void> {
  const declared = await ask('GET', 'sys/audit');
  if (declared.body['pipe/'] !== undefined) return;
  const options = { file_path: pipe };
  const made = await ask('PUT', 'sys/audit/pipe', { type: 'file', options });
  if (made.status >= 300) throw new Error(`No audit device: ${JSON.stringify(made.body)}`);
}
