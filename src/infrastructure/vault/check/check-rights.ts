import { newTenantId, randomWord } from '../../../kernel/ids.js';
import type { Mounts } from '../setup/policy-files.js';
import { POLICIES_OF } from '../setup/process-roles.js';
import type { ProcessRole } from '../setup/process-roles.js';
import type { VaultClient } from '../vault-client.js';
import { dataOf, unexpected } from '../vault-fields.js';
import type { Finding } from './finding.js';
import { forbiddenTo } from './forbidden.js';
import { rightsOf } from './rights.js';
import type { Right } from './rights.js';

const OPERATION = 'check.rights';

export interface RightsSeen {
  findings: Finding[];
  /** Capabilities by path as the tables have it. */
  of: ReadonlyMap<string, readonly string[]>;
  isRoot: boolean;
}

/** Asks Vault what this token may do at every path of the tables, and compares: no more, no less. */
export async function checkRights(
  client: VaultClient,
  role: ProcessRole,
  mounts: Mounts,
): Promise<RightsSeen> {
  const rights = [...rightsOf(mounts), ...forbiddenTo(role, mounts)];
  const [tenant, name] = [newTenantId(), randomWord(12)];
  const asked = (path: string): string =>
    path.replaceAll('<tenant>', tenant).replaceAll('<name>', name);
  const answer = await client.request({
    operation: OPERATION,
    method: 'POST',
    path: 'sys/capabilities-self',
    body: { paths: rights.map(({ path }) => asked(path)) },
  });
  const data = dataOf(answer, OPERATION);
  const found = new Map(rights.map(({ path }) => [path, capabilities(data[asked(path)])]));
  return {
    findings: rights.map((right) => compare(right, role, found.get(right.path) ?? [])),
    of: found,
    isRoot: [...found.values()].some((of) => of.includes('root')),
  };
}

function compare({ what, path, granted }: Right, role: ProcessRole, found: string[]): Finding {
  const wanted = new Set(POLICIES_OF[role].flatMap((policy) => granted[policy] ?? []));
  const expected = wanted.size === 0 ? 'deny' : [...wanted].sort().join(', ');
  const is = found.join(', ');
  return { what: `${what}: ${path}`, expected, found: is, ok: is === expected };
}

function capabilities(value: unknown): string[] {
  if (!Array.isArray(value) || value.length === 0) throw unexpected(OPERATION);
  return value.map(String).sort();
}
