import { runSteps, undoSteps, type StepObserver } from '../../kernel/steps.js';
import type { Isolation } from '../../tenancy/tenant-record.js';
import { planPlacement, type PlannedPlacement } from './new-placement.js';
import { placementSteps } from './placement-steps.js';
import type { StepTools } from './step-tools.js';

/** Makes places for tenants and unmakes them. Knows the steps; does not know what for. */
export class PlacementFactory {
  constructor(
    private readonly tools: StepTools,
    private readonly sharedDatabase: string,
    private readonly observer: StepObserver = {},
  ) {}

  /** Makes a place, whole, or leaves nothing behind. @returns what was made, still marked `preparing` */
  async make(isolation: Isolation): Promise<PlannedPlacement> {
    const planned = planPlacement(isolation, this.sharedDatabase, this.tools.logins);
    try {
      await runSteps(placementSteps(isolation, this.tools), planned, this.observer);
      return planned;
    } catch (error) {
      // What cannot be undone now (the server may be down) the reconciler finds by its reservation.
      await this.unmake(planned).catch(() => undefined);
      throw error;
    }
  }

  /**
   * Removes a place and everything that was made for it. Safe on a half-made one, and twice. Its
   * reservation goes only when all the rest is gone: a row deleted before would leave what could not
   * be removed with nothing to find it by.
   */
  async unmake(planned: PlannedPlacement): Promise<void> {
    const [reservation, ...rest] = placementSteps(planned.placement.isolation, this.tools);
    await undoSteps(rest, planned);
    if (reservation !== undefined) await undoSteps([reservation], planned);
  }
}
