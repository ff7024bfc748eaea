import { readFileSync } from 'node:fs';
import { inProject } from './project.mjs';

/** Ends the process with one clear sentence when this Node is older than package.json asks for. */
export function checkNodeVersion() {
  const manifest = JSON.parse(readFileSync(inProject('package.json'), 'utf8'));
  const wanted = manifest.engines.node.replace('>=', '');
  if (isAtLeast(process.versions.node, wanted)) return;
  process.stderr.write(
    `NuMoon needs Node.js ${wanted} or newer, and this is ${process.versions.node}. ` +
      'Get a newer one from https://nodejs.org or with your version manager, then try again.\n',
  );
  process.exit(1);
}

/** Compares dotted numbers; a pre-release counts as its release. */
export function isAtLeast(version, wanted) {
  const have = version.split('.').map((part) => parseInt(part, 10));
  const need = wanted.split('.').map((part) => parseInt(part, 10));
  for (let index = 0; index < need.length; index += 1) {
    const difference = (have[index] || 0) - need[index];
    if (difference !== 0) return difference > 0;
  }
  return true;
}
