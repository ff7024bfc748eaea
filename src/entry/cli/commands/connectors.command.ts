import { Command } from 'nest-commander';
import { CommandGroup } from '../command-group.js';
import { CheckConnectorsCommand } from './check-connectors.command.js';
import { NewConnectorCommand } from './new-connector.command.js';

@Command({
  name: 'connectors',
  description: 'what connects to providers: begin a new one, check all',
  subCommands: [NewConnectorCommand, CheckConnectorsCommand],
})
export class ConnectorsCommand extends CommandGroup {}
