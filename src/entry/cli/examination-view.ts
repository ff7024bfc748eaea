import type { Examination } from '../../control-plane/admin/examine.js';
import { writeLine } from './output.js';

/** A readable summary: the verdict first, then only what there is to tell. */
export function writeExamination(seen: Examination): void {
  writeLine(seen.healthy ? 'Healthy.' : 'Not healthy.');
  const tenants = Object.entries(seen.tenants).filter(([, count]) => count > 0);
  writeLine(`Tenants: ${tenants.map(([status, n]) => `${n} ${status}`).join(', ') || 'none'}`);
  writeLine(`In stock: ${seen.stock.database} databases, ${seen.stock.schema} schemas`);
  if (seen.secrets !== null) {
    writeLine(`Secret store: ${seen.secrets.message} (${seen.secrets.code})`);
  }
  section(
    'Missing, although the catalog promises it',
    seen.missing.map(({ kind, name, tenantId }) => `${kind} ${name} of ${tenantId}`),
  );
  section(
    'Overdue',
    seen.overdue.map(({ kind, tenantId }) => `${kind} of ${tenantId}`),
  );
  section(
    'Unfinished; the next sweep of a running NuMoon takes it over',
    seen.unfinished.map(({ tenantId, status }) => `${tenantId} ${status}`),
  );
  section(
    'At an older schema version and so not served; the sweep tries again',
    seen.outdated.map(
      ({ tenantId, at, problem, failures }) =>
        `${tenantId} at version ${at}${failures === 0 ? '' : `, failed ${failures} times: ${problem}`}`,
    ),
  );
  section(
    'Failing; what ends it is for a superuser of the server',
    seen.failing.flatMap(({ work, subject, failures, code, step, heldUp }) => [
      `${work} of ${subject}: ${failures} times, ${code}${step === null ? '' : ` in ${step}`}`,
      ...heldUp.map(
        ({ kind, database, statement }) =>
          `  ${kind}${database === null ? '' : ` in ${database}`}: ${statement}`,
      ),
    ]),
  );
  section(
    'Of tenants, and where it does not belong',
    seen.elsewhere.map(
      ({ kind, role, database, count, advice }) =>
        `${count} ${kind} of ${role} in ${database}: ${advice}`,
    ),
  );
  section(
    'Orphans, which belong to no tenant; --fix removes them',
    seen.orphans.map(({ kind, name }) => `${kind} ${name}`),
  );
  section(
    'Settings of the PostgreSQL server that let values into its log; with them still healthy',
    seen.serverLog.map(({ setting, value, advice }) => `${setting} is ${value}: ${advice}`),
  );
  section(
    'Open to every role of the PostgreSQL server, tenants’ too; with them still healthy',
    seen.serverAccess.map(({ what, name, advice }) => `${what} ${name}: ${advice}`),
  );
  section(
    'Removed now',
    seen.removed.map(({ kind, name }) => `${kind} ${name}`),
  );
}

function section(title: string, lines: readonly string[]): void {
  if (lines.length === 0) return;
  writeLine(`${title}:`);
  for (const line of lines) writeLine(`  ${line}`);
}
