import { ExamineBelongings } from '../../src/control-plane/admin/examine-belongings.js';
import { ExamineServerAccess } from '../../src/control-plane/admin/examine-server-access.js';
import { ExamineServerLogSettings } from '../../src/control-plane/admin/examine-server-log-settings.js';
import { Examine } from '../../src/control-plane/admin/examine.js';
import type { ControlPlane } from './lifecycle-control-plane.js';

/** `numoon doctor` of a control plane without Nest. */
export function doctorOf(plane: ControlPlane): Examine {
  const { sharedDatabase } = plane.premises;
  return new Examine(
    plane.catalog,
    plane.stock,
    plane.orphans,
    plane.remove,
    plane.secrets,
    {
      log: new ExamineServerLogSettings(plane.server),
      access: new ExamineServerAccess(plane.server, sharedDatabase),
      belongings: new ExamineBelongings(plane.catalog, plane.admin, {
        database: sharedDatabase,
        role: plane.tools.roles.shared,
      }),
    },
    plane.retries,
  );
}
