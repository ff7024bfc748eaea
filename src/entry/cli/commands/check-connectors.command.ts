import { join } from 'node:path';
import { Option, SubCommand } from 'nest-commander';
import { checkConnector } from '../../../connectors/kit/contract/check-connector.js';
import { connectorNames } from '../../../connectors/kit/contract/connector-names.js';
import { ConnectorUnloadableError } from '../../../connectors/kit/contract/contract.errors.js';
import { readConnectorFolder } from '../../../connectors/kit/contract/read-folder.js';
import { findConnectors } from '../../../connectors/registry.js';
import { CliCommand, type CommonOptions } from '../cli-command.js';
import { connectorsFolder } from '../connectors-folder.js';
import { writeErrorLine, writeJson, writeLine } from '../output.js';
import { UsageError } from '../usage.error.js';

interface Options extends CommonOptions {
  folder?: string;
}

@SubCommand({
  name: 'check',
  arguments: '[name]',
  description: 'what each connector lacks of the contract that all keep; exit code 1 if anything',
})
export class CheckConnectorsCommand extends CliCommand {
  override async run([only]: string[], options: Options): Promise<void> {
    const folder = await connectorsFolder(options.folder);
    const names = await connectorNames(folder);
    if (only !== undefined && !names.includes(only)) {
      throw new UsageError(
        `There is no connector "${only}" in ${folder}, only ${names.join(', ') || 'none'}. "connectors new ${only}" begins it.`,
      );
    }
    const found = await findConnectors(...(options.folder === undefined ? [] : [folder])).catch(
      (error: unknown) => {
        throw new ConnectorUnloadableError(folder, error);
      },
    );
    const results = await Promise.all(
      (only === undefined ? names : [only]).map(async (id) => {
        const connector = found.get(id);
        const files = await readConnectorFolder(join(folder, id));
        // Run from a build that is older than the folder.
        if (connector === undefined) return { connector: id, faults: [NOT_BUILT] };
        return { connector: id, faults: checkConnector(id, connector, files) };
      }),
    );
    if (options.json) writeJson(results);
    else for (const { connector, faults } of results) write(connector, faults);
    if (results.some(({ faults }) => faults.length > 0)) process.exitCode = 1;
  }

  @Option({
    flags: '--folder <path>',
    description: 'look at the connectors in this folder, instead of those in src/connectors',
  })
  readFolder(value: string): string {
    return value;
  }
}

const NOT_BUILT = 'The program that runs was built without it: "npm run build" first.';

function write(connector: string, faults: readonly string[]): void {
  writeErrorLine(`${connector}: ${faults.length === 0 ? 'keeps the contract' : 'lacks'}`);
  for (const fault of faults) writeLine(`  ${fault}`);
}
