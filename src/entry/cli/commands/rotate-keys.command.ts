import { Option, SubCommand } from 'nest-commander';
import { TenantsRepository } from '../../../control-plane/catalog/tenants.repository.js';
import { ROTATABLE, RotateKeys } from '../../../control-plane/keys/rotate-keys.js';
import { RotateLogin } from '../../../control-plane/keys/rotate-login.js';
import { CliCommand, type CommonOptions } from '../cli-command.js';
import { writeErrorLine, writeJson, writeProperties } from '../output.js';
import { startProgress } from '../progress.js';
import { rotateMany } from '../rotate-many.js';
import { InterruptedError } from '../usage.error.js';
import { withNuMoon } from '../with-numoon.js';

interface Options extends CommonOptions {
  tenant?: string;
  logins?: boolean;
}

@SubCommand({
  name: 'rotate',
  description: 'new keys for tenants, everything sealed anew, while they go on working',
})
export class RotateKeysCommand extends CliCommand {
  override async run(_none: string[], options: Options): Promise<void> {
    await withNuMoon(async ({ get, signal }) => {
      const tenantIds =
        options.tenant === undefined
          ? await get(TenantsRepository).idsIn(ROTATABLE)
          : [options.tenant];
      const progress = startProgress('tenants', tenantIds.length);
      const rotation = await rotateMany(tenantIds, {
        signal,
        rotate: async (tenantId, onRows) => {
          if (options.logins === true) await get(RotateLogin).execute(tenantId);
          await get(RotateKeys).execute(tenantId, { signal, onProgress: onRows });
        },
        onTenant: (done, failed) => progress.update(done, failed),
        onRows:
          tenantIds.length > 1
            ? undefined
            : ({ done, total }) => writeErrorLine(`${done} of ${total} rows sealed anew`),
      });
      progress.stop();
      if (options.json) writeJson(rotation);
      else {
        writeProperties({
          rotated: String(rotation.rotated.length),
          failed: String(rotation.failed.length),
          'not begun': String(rotation.skipped),
        });
        for (const { tenantId, code, message } of rotation.failed) {
          writeErrorLine(`${tenantId}: ${message} (${code})`);
        }
        if (rotation.rotated.length > 0) {
          writeErrorLine(
            'Old data keys go when a running NuMoon sweeps next, half a minute from now.',
          );
        }
      }
      if (rotation.failed.length > 0) process.exitCode = 1;
      if (rotation.skipped > 0) throw new InterruptedError();
    });
  }

  @Option({ flags: '--tenant <id>', description: 'only this one (tnt_...); else all' })
  readTenant(text: string): string {
    return text;
  }

  @Option({ flags: '--logins', description: 'new login roles and passwords in Postgres as well' })
  readLogins(): boolean {
    return true;
  }
}
