import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A path inside the project, wherever the command was called from. */
export function inProject(...parts) {
  return join(ROOT, ...parts);
}
