import { CatalogProviderAccountDirectory } from '../../src/control-plane/catalog/provider-account-directory.js';
import { CatalogSyncSchedule } from '../../src/control-plane/catalog/sync-schedule.js';
import { type ControlPlane, TEST_ACTOR } from './lifecycle-control-plane.js';

export interface Holder {
  tenantId: string;
  integrationId: string;
}

type Call<Method extends keyof CatalogSyncSchedule> = Parameters<CatalogSyncSchedule[Method]>;

/** The catalog's schedule for tests that are in no tenant's scope: enters the one that each call is for. */
export class OpenSchedule {
  readonly schedule: CatalogSyncSchedule;
  readonly #tenantOf = new Map<string, string>();

  constructor(private readonly plane: ControlPlane) {
    this.schedule = new CatalogSyncSchedule(plane.catalog, plane.tenancy);
  }

  hasten({ tenantId, ...entry }: Holder & Call<'hasten'>[0]): Promise<void> {
    return this.#for(entry.integrationId, tenantId, () => this.schedule.hasten(entry));
  }

  end({ tenantId, ...entry }: Holder & Call<'end'>[0]): Promise<boolean> {
    return this.#for(entry.integrationId, tenantId, () => this.schedule.end(entry));
  }

  async claim(options: Call<'claim'>[0]) {
    const due = await this.plane.tenancy.central(() => this.schedule.claim(options));
    for (const { tenantId, integrationId } of due) this.#tenantOf.set(integrationId, tenantId);
    return due;
  }

  renew(...[id, ...rest]: Call<'renew'>): Promise<boolean> {
    return this.#for(id, undefined, () => this.schedule.renew(id, ...rest));
  }

  settle(...[id, ...rest]: Call<'settle'>): Promise<void> {
    return this.#for(id, undefined, () => this.schedule.settle(id, ...rest));
  }

  remove(id: string): Promise<void> {
    return this.#for(id, undefined, () => this.schedule.remove(id));
  }

  giveUp(...[id, ...rest]: Call<'giveUp'>): Promise<boolean> {
    return this.#for(id, undefined, () => this.schedule.giveUp(id, ...rest));
  }

  /** @param tenantId undefined: the one that spoke of this integration last */
  #for<T>(id: string, tenantId = this.#tenantOf.get(id), work: () => Promise<T>): Promise<T> {
    if (tenantId === undefined) throw new Error(`Nobody spoke of ${id} yet.`);
    this.#tenantOf.set(id, tenantId);
    return this.plane.tenancy.run(tenantId, TEST_ACTOR, work);
  }
}

/** The catalog's directory of accounts, likewise. */
export class OpenAccountDirectory {
  readonly directory: CatalogProviderAccountDirectory;

  constructor(private readonly plane: ControlPlane) {
    const { catalog, hash, tenancy } = plane;
    this.directory = new CatalogProviderAccountDirectory(catalog, tenancy, hash);
  }

  add(provider: string, accountId: string, { tenantId, integrationId }: Holder): Promise<void> {
    return this.plane.tenancy.run(tenantId, TEST_ACTOR, () =>
      this.directory.add(provider, accountId, integrationId),
    );
  }

  remove({ tenantId, integrationId }: Holder): Promise<void> {
    return this.plane.tenancy.run(tenantId, TEST_ACTOR, () => this.directory.remove(integrationId));
  }

  find(provider: string, accountId: string): Promise<Holder[]> {
    return this.plane.tenancy.central(() => this.directory.find(provider, accountId));
  }

  dueForProbe(limit: number): Promise<Holder[]> {
    return this.plane.tenancy.central(() => this.directory.dueForProbe(limit));
  }
}
