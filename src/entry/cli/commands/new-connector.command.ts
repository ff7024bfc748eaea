import { SubCommand } from 'nest-commander';
import { newConnector } from '../../../connectors/kit/contract/new-connector.js';
import { CliCommand, type CommonOptions } from '../cli-command.js';
import { connectorsFolder } from '../connectors-folder.js';
import { writeErrorLine, writeJson, writeLine } from '../output.js';

@SubCommand({
  name: 'new',
  arguments: '<name>',
  description: 'make the folder of a new connector, which compiles and says what is missing',
})
export class NewConnectorCommand extends CliCommand {
  override async run([name = '']: string[], options: CommonOptions): Promise<void> {
    const made = await newConnector(await connectorsFolder(), name);
    const files = made.map((file) => `src/connectors/${name}/${file}`);
    if (options.json) return writeJson({ name, files });
    for (const file of files) writeLine(file);
    writeErrorLine(`Now see what is missing: npx numoon connectors check ${name}`);
  }
}
