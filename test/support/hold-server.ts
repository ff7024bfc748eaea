import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Another node process that runs an embedded server on the folder, for a test to kill. */
export interface HeldServer {
  parent: ChildProcess;
  /** Of the postmaster. */
  pid: number;
  adminUrl: string;
}

export async function holdServer(dataDir: string): Promise<HeldServer> {
  const args = ['--import', file('register-typescript.mjs'), file('embedded-postgres-holder.ts')];
  const parent = spawn(process.execPath, [...args, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // A process group of its own, as a terminal gives to a command.
    detached: true,
  });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  return { parent, ...(JSON.parse(line.toString()) as { pid: number; adminUrl: string }) };
}

/** kill -9, and waits until it is gone. */
export async function killHard(parent: ChildProcess): Promise<void> {
  const exited = once(parent, 'exit');
  parent.kill('SIGKILL');
  await exited;
}

function file(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
