import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { ServerAccount } from './server-account.js';

export interface ProgramResult {
  ok: boolean;
  /** The end of both streams, for an error message. */
  output: string;
}

/** The server's programs see neither our settings nor PG* variables, and speak English. */
export const PROGRAM_ENV: Readonly<Record<string, string>> = { LC_ALL: 'C', TZ: 'UTC' };

/** Runs a short program to its end, as the server's user, with `input` on its standard input. */
export async function runProgram(
  path: string,
  args: readonly string[],
  options: { account: ServerAccount | null; cwd: string; input?: string },
): Promise<ProgramResult> {
  return new Promise((resolve) => {
    const child = spawn(path, args, {
      ...options.account,
      cwd: options.cwd,
      env: PROGRAM_ENV,
      // A group of its own: Ctrl-C is for us, and we decide what ends when.
      detached: true,
      windowsHide: true,
    });
    // First of all: a program that cannot be started at all (no file handle left) has no streams either.
    child.on('error', (error) => resolve({ ok: false, output: error.message }));
    let output = '';
    const keep = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-4_000);
    };
    for (const stream of [child.stdout, child.stderr] as (Readable | undefined)[]) {
      stream?.on('data', keep).on('error', () => undefined);
    }
    const stdin = child.stdin as Writable | undefined;
    stdin?.on('error', () => undefined).end(options.input ?? '');
    child.once('close', (code) => resolve({ ok: code === 0, output: output.trim() }));
  });
}
