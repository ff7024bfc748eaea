import { join } from 'node:path';
import { SubCommand } from 'nest-commander';
import { checkConnector } from '../../../connectors/kit/contract/check-connector.js';
import { readConnectorFolder } from '../../../connectors/kit/contract/read-folder.js';
import { findConnectors } from '../../../connectors/registry.js';
import { CliCommand, type CommonOptions } from '../cli-command.js';
import { connectorsFolder } from '../connectors-folder.js';
import { writeErrorLine, writeJson, writeLine } from '../output.js';
import { UsageError } from '../usage.error.js';

@SubCommand({
  name: 'check',
  arguments: '[name]',
  description: 'what each connector lacks of the contract that all keep; exit code 1 if anything',
})
export class CheckConnectorsCommand extends CliCommand {
  override async run([only]: string[], options: CommonOptions): Promise<void> {
    const folder = await connectorsFolder();
    const connectors = [...(await findConnectors())].filter(
      ([id]) => only === undefined || id === only,
    );
    if (connectors.length === 0) throw new UsageError(`There is no connector "${only}".`);
    const results = await Promise.all(
      connectors.map(async ([id, connector]) => ({
        connector: id,
        faults: checkConnector(id, connector, await readConnectorFolder(join(folder, id))),
      })),
    );
    if (options.json) writeJson(results);
    else for (const { connector, faults } of results) write(connector, faults);
    if (results.some(({ faults }) => faults.length > 0)) process.exitCode = 1;
  }
}

function write(connector: string, faults: readonly string[]): void {
  writeErrorLine(`${connector}: ${faults.length === 0 ? 'keeps the contract' : 'lacks'}`);
  for (const fault of faults) writeLine(`  ${fault}`);
}
