import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const POLICY_NAMES = [
  'numoon-session',
  'numoon-control-plane',
  'numoon-data-plane',
  'numoon-closure',
] as const;

export type PolicyName = (typeof POLICY_NAMES)[number];

/** Where the engines are mounted. Their form is checked by the settings: no quotes, no wildcards. */
export interface Mounts {
  kv: string;
  transit: string;
}

/** The build copies the files beside the compiled settings, so the way is the same from there. */
const FOLDER = new URL('../../../../config/vault/', import.meta.url);

/** The text of `config/vault/<name>.hcl` for these mounts. */
export function readPolicy(name: PolicyName, mounts: Mounts): string {
  const text = readFileSync(fileURLToPath(new URL(`${name}.hcl`, FOLDER)), 'utf8');
  return text.replaceAll(/\b(KV|TRANSIT)_MOUNT\b/g, (_, engine: string) =>
    engine === 'KV' ? mounts.kv : mounts.transit,
  );
}
