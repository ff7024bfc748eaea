import { SubCommand } from 'nest-commander';
import { checkVault } from '../../../infrastructure/vault/check/check-vault.js';
import { CliCommand, type CommonOptions } from '../cli-command.js';
import { writeErrorLine, writeJson, writeTable } from '../output.js';
import { withVault } from './vault-access.js';

const ROOT =
  'This is a root token: it can do everything, also what NuMoon must never do. Give the process an AppRole: numoon vault setup --issue ROLE.';

@SubCommand({
  name: 'check',
  description:
    'what a process of NUMOON_ROLE can do in Vault; exit code 1 if too little or too much',
})
export class VaultCheckCommand extends CliCommand {
  override async run(_none: string[], options: CommonOptions): Promise<void> {
    const { role, ok, isRoot, findings } = await withVault('process', ({ vault, mounts, role }) =>
      checkVault(vault, role, mounts),
    );
    if (options.json) writeJson({ role, ok, isRoot, findings });
    else {
      writeTable(
        ['what', 'expected', 'found', 'ok'],
        findings.map(({ what, expected, found, ok }) => [what, expected, found, WORDS[`${ok}`]]),
      );
    }
    if (isRoot) writeErrorLine(ROOT);
    const wrong = findings.filter((finding) => finding.ok === false).length;
    writeErrorLine(
      wrong === 0
        ? `All ${findings.length} are as NUMOON_ROLE=${role} needs.`
        : `${wrong} of ${findings.length} are not as NUMOON_ROLE=${role} needs.`,
    );
    if (!ok) process.exitCode = 1;
  }
}

const WORDS = { true: 'yes', false: 'NO', null: '-' } as const;
