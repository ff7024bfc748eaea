import { SubCommand } from 'nest-commander';
import { loadConfig } from '../../../../config/load.js';
import { rotateMasterKey } from '../../../infrastructure/keyring/rotate-master-key.js';
import { keyringPlace } from '../../composition/open-stores.js';
import { CliCommand, type CommonOptions } from '../cli-command.js';
import { writeErrorLine, writeJson, writeProperties } from '../output.js';
import { UsageError } from '../usage.error.js';

@SubCommand({
  name: 'rotate-master',
  description: 'a new master key for the keyring, while NuMoon goes on; needs no database',
})
export class RotateMasterKeyCommand extends CliCommand {
  override async run(_none: string[], options: CommonOptions): Promise<void> {
    const config = loadConfig();
    if (config.vaultAddress !== null) {
      throw new UsageError('VAULT_ADDR is set: keys are in Vault, and there is no master key.');
    }
    const place = keyringPlace(config);
    const rotated = await rotateMasterKey({
      ...place,
      onProgress: ({ step, files }) => {
        if (step !== 'moving' || files % 1_000 === 0) writeErrorLine(SAID[step](files));
      },
    });
    if (options.json) writeJson(rotated);
    else {
      writeProperties({ 'old key': rotated.from, 'new key': rotated.to, file: place.file });
      writeErrorLine('Back up the new key file, and destroy backups of the old one in their time.');
    }
  }
}

const SAID = {
  'key-made': () => 'The next key is made.',
  announced: () => 'New files are sealed under it.',
  moving: (files: number) => `${files} files seen`,
  'key-replaced': () => 'The old key is gone.',
  finished: () => 'Done.',
} as const;
