import { basename } from 'node:path';
import { Failure } from './fail.mjs';
import { isInstalled } from './installed.mjs';
import { linkPostgresLibraries } from './postgres-libraries.mjs';
import { withProgress } from './progress.mjs';
import { run } from './run.mjs';

/** Makes node_modules what package-lock.json says. Quick when it is already. */
export async function ensureInstalled(options) {
  if (!(await isInstalled())) {
    await withProgress('Installing packages', install, options);
  }
  await linkPostgresLibraries();
}

async function install() {
  // Building needs the development packages, also where NODE_ENV says production.
  const flags = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const { code, output } = await npm(flags);
  if (code === 0) return;
  const hint = HINTS.find(([pattern]) => pattern.test(output))?.[1] ?? HINT_OTHERWISE;
  throw new Failure(`npm ci failed (code ${code}).\n${output}\n\n${hint}`);
}

function npm(args) {
  const cli = process.env.npm_execpath ?? '';
  // The npm that started us, rather than whichever the PATH names.
  if (basename(cli) === 'npm-cli.js') {
    return run(process.execPath, [cli, ...args], { capture: true });
  }
  const windows = process.platform === 'win32';
  return run(windows ? 'npm.cmd' : 'npm', args, { capture: true, shell: windows });
}

const HINTS = [
  [
    /ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|network/i,
    'The package registry cannot be reached. Check the network and any proxy (npm config get proxy), then try again.',
  ],
  [
    /EACCES|EPERM/,
    'npm may not write here. Check who owns this folder and node_modules; avoid mixing sudo and a plain user.',
  ],
  [/ENOSPC/, 'The disk is full. About 700 MB are needed.'],
  [
    /ENOENT|not recognized|lockfileVersion|EUSAGE/,
    'npm is missing, too old (npm 9 or newer is needed: npm --version), or package-lock.json does not match package.json.',
  ],
];
const HINT_OTHERWISE = 'Try again; if it stays so, remove node_modules and run npm ci by hand.';
