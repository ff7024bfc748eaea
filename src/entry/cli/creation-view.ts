import { signupAnswer } from '../../control-plane/provisioning/signup.dto.js';
import type { Creation } from './create-many.js';
import { writeErrorLine, writeJson, writeTable } from './output.js';

/** Shows secrets: each account's API key, this once. */
export function writeCreation({ created, failed, skipped }: Creation, json = false): void {
  const accounts = created.map(signupAnswer);
  if (json) {
    writeJson({ created: accounts, failed, skipped });
  } else if (accounts.length > 0) {
    writeTable(
      ['id', 'slug', 'status', 'isolation', 'api key'],
      accounts.map(({ tenant, apiKey }) => [
        tenant.id,
        tenant.slug,
        tenant.status,
        tenant.isolation,
        apiKey,
      ]),
    );
  }
  const total = created.length + failed.length + skipped;
  if (failed.length > 0) writeErrorLine(`${failed.length} of ${total} failed:`);
  for (const { organization, message, code } of failed) {
    writeErrorLine(`  ${organization}: ${message} (${code})`);
  }
  if (skipped > 0) writeErrorLine(`${skipped} of ${total} were not begun.`);
}
