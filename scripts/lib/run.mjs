import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { inProject } from './project.mjs';

/**
 * Runs a program in the project folder to its end.
 *
 * A signal to us goes on to it, and then ends us as well: half an install is nothing to go on with.
 *
 * @param options.capture  keep its output instead of showing it
 * @returns {Promise<{ code: number, output: string }>} code 127 when it could not be started
 */
export function run(command, args, { capture = false, env = {}, cwd = inProject(), shell } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      shell,
      env: { ...process.env, ...env },
      stdio: capture ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    });
    let output = '';
    const keep = (chunk) => {
      output = (output + chunk).slice(-20_000);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);

    let received;
    const forward = (signal) => {
      // On a terminal Ctrl-C has reached the child already.
      if (received === undefined && !(signal === 'SIGINT' && process.stdin.isTTY)) {
        child.kill(signal);
      }
      received = signal;
    };
    process.on('SIGINT', forward);
    process.on('SIGTERM', forward);
    const finish = (code) => {
      process.off('SIGINT', forward);
      process.off('SIGTERM', forward);
      if (received !== undefined) process.exit(128 + constants.signals[received]);
      resolve({ code, output: output.trim() });
    };
    child.once('error', (error) => {
      output += error.message;
      finish(127);
    });
    child.once('close', (code) => finish(code ?? 1));
  });
}

/** Runs a JavaScript file of an installed package, with this same Node. */
export function runInstalled(file, args, options) {
  return run(process.execPath, [inProject('node_modules', file), ...args], options);
}
