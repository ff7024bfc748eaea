import type { Change } from '../../../infrastructure/vault/setup/change.js';
import type { IssuedCredentials } from '../../../infrastructure/vault/setup/issue-credentials.js';
import type { ProcessRole } from '../../../infrastructure/vault/setup/process-roles.js';
import { writeErrorLine, writeJson, writeLine } from '../output.js';

export interface SetupSeen {
  changes: readonly Change[];
  applied: boolean;
  /** Whose credentials were asked for. */
  wanted: ProcessRole | undefined;
  /** Null where they were not asked for, or where changes are still to be made. */
  issued: IssuedCredentials | null;
}

/**
 * The differences, and what comes next. With `--issue` standard output carries the credentials alone,
 * fit for a file of environment variables; this is the only place that shows them.
 */
export function writeSetup(seen: SetupSeen, json = false): void {
  const { changes, applied, issued } = seen;
  const environment = issued === null ? null : environmentOf(issued);
  if (json) {
    const told = changes.map(({ kind, name, action, diff }) => ({ kind, name, action, diff }));
    writeJson({ changes: told, applied, issued: environment });
  } else {
    const write = seen.wanted === undefined ? writeLine : writeErrorLine;
    for (const { kind, name, action, diff } of changes) {
      write(`${VERBS[action][applied ? 1 : 0]} ${kind} ${name}`);
      write(`${diff}\n`);
    }
    for (const [name, value] of Object.entries(environment ?? {})) writeLine(`${name}=${value}`);
  }
  writeErrorLine(verdict(seen));
}

const VERBS = { create: ['would create', 'created'], change: ['would change', 'changed'] } as const;

const NEXT = `For the credentials of a process: numoon vault setup --issue ROLE (api, worker or all), or
  vault read -field=role_id auth/approle/role/numoon-ROLE/role-id
  vault write -f -field=secret_id auth/approle/role/numoon-ROLE/secret-id`;

function verdict({ changes, applied, wanted, issued }: SetupSeen): string {
  if (changes.length > 0 && !applied) {
    const credentials = wanted === undefined ? '' : ', and no credentials were issued';
    return `${changes.length} to do; nothing was changed${credentials}. Do it with --yes.`;
  }
  const done = changes.length === 0 ? 'Nothing to do.' : `${changes.length} done.`;
  return issued === null
    ? `${done}\n${NEXT}`
    : `${done} Keep the secret id: it is not shown again.`;
}

function environmentOf({ roleId, secretId }: IssuedCredentials): Record<string, string> {
  return { VAULT_ROLE_ID: roleId.reveal(), VAULT_SECRET_ID: secretId.reveal() };
}
