import { Command, Option } from 'nest-commander';
import { Examine } from '../../../control-plane/admin/examine.js';
import { CliCommand, type CommonOptions } from '../cli-command.js';
import { writeExamination } from '../examination-view.js';
import { writeJson } from '../output.js';
import { withNuMoon } from '../with-numoon.js';

interface Options extends CommonOptions {
  fix?: boolean;
}

@Command({
  name: 'doctor',
  description: 'compare the catalog with what is there; exit code 1 when they disagree',
})
export class DoctorCommand extends CliCommand {
  override async run(_none: string[], options: Options): Promise<void> {
    const examination = await withNuMoon(({ get }) => get(Examine).execute(options.fix));
    if (options.json) writeJson(examination);
    else writeExamination(examination);
    if (!examination.healthy) process.exitCode = 1;
  }

  @Option({
    flags: '--fix',
    description: 'remove what belongs to no tenant, databases with data included',
  })
  readFix(): boolean {
    return true;
  }
}
