import type { Retries } from '../catalog/retries.js';
import type { ContinueRotations } from '../keys/continue-rotations.js';
import type { DuePurges } from '../closure/due-purges.js';
import type { MeasureStorage } from '../storage/measure-storage.js';
import type { Stock } from '../provisioning/stock.js';
import type { DiscardStalePlaces } from './discard-stale-places.js';
import type { FindOrphans } from './find-orphans.js';
import type { RemoveOrphan } from './remove-orphan.js';
import type { StopRunaways } from './stop-runaways.js';
import type { CanonicalizeTenants } from './canonicalize-tenants.js';
import type { Chore } from './sweep.js';
import type { TakeOverUnfinished } from './take-over-unfinished.js';
import type { UpgradeSchemas } from './upgrade-schemas.js';

/** Everything a sweep looks after, in order: promises first, comfort last. */
export function sweepChores(work: {
  purges: DuePurges;
  unfinished: TakeOverUnfinished;
  stale: DiscardStalePlaces;
  runaways: StopRunaways;
  upgrades: UpgradeSchemas;
  storage: MeasureStorage;
  stock: Stock;
  find: FindOrphans;
  remove: RemoveOrphan;
  rotations: ContinueRotations;
  addresses?: CanonicalizeTenants;
  retries: Retries;
  more: readonly Chore[];
}): Chore[] {
  return [
    { name: 'enqueue due purges', run: () => work.purges.execute() },
    { name: 'end runaway sessions', run: () => work.runaways.execute() },
    { name: 'upgrade schemas of tenants', run: () => work.upgrades.execute() },
    {
      name: 'undo unfinished tenants',
      run: () => work.unfinished.execute(),
    },
    { name: 'discard stale places', run: () => work.stale.execute() },
    {
      name: 'drop half-dropped databases',
      run: async () => {
        // Every other orphan waits for an administrator.
        const broken = await work.find.halfDropped();
        return work.retries.each(
          'drop-half-dropped',
          broken.map(({ name }) => name),
          (name) => work.remove.execute({ kind: 'half-dropped-database', name }),
        );
      },
    },
    {
      name: 'refill the stock',
      run: async () => {
        await work.stock.refill();
        return 0;
      },
    },
    { name: 'measure what tenants store', run: () => work.storage.execute() },
    { name: 'go on with key rotations', run: () => work.rotations.execute() },
    ...(work.addresses === undefined
      ? []
      : [chore('bring addresses into one form', work.addresses)]),
    ...work.more,
  ];
}

function chore(name: string, work: { execute(): Promise<number> }): Chore {
  return { name, run: () => work.execute() };
}
