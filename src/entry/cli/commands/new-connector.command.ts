import { join, relative } from 'node:path';
import { Option, SubCommand } from 'nest-commander';
import { newConnector } from '../../../connectors/kit/contract/new-connector.js';
import { CliCommand, type CommonOptions } from '../cli-command.js';
import { connectorsFolder } from '../connectors-folder.js';
import { writeErrorLine, writeJson, writeLine } from '../output.js';

interface Options extends CommonOptions {
  folder?: string;
}

@SubCommand({
  name: 'new',
  arguments: '<name>',
  description: 'make the folder of a new connector, which compiles and says what is missing',
})
export class NewConnectorCommand extends CliCommand {
  override async run([name = '']: string[], options: Options): Promise<void> {
    const folder = await connectorsFolder(options.folder);
    const made = await newConnector(folder, name);
    const files = made.map((file) => relative(process.cwd(), join(folder, name, file)));
    if (options.json) return writeJson({ name, files });
    for (const file of files) writeLine(file);
    const where = options.folder === undefined ? '' : ` --folder ${options.folder}`;
    writeErrorLine(`Now see what is missing: npx numoon connectors check ${name}${where}`);
  }

  @Option({
    flags: '--folder <path>',
    description: 'the connectors of another checkout, with the kit among them (src/connectors)',
  })
  readFolder(value: string): string {
    return value;
  }
}
