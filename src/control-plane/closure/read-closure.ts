import type { CatalogDataSource } from '../catalog/catalog.data-source.js';
import type { Retries, Retry } from '../catalog/retries.js';
import type { ClosureLink } from './closure-link.js';
import { ClosureNotFoundError } from './closure.errors.js';
import { ClosureEntity } from './closure.entity.js';

export interface ShownClosure {
  closure: ClosureEntity;
  /** The purge has failed and will be tried again. */
  retry: Retry | null;
}

/** Reads a closure for who holds its link; works when nothing else of the account is left. */
export class ReadClosure {
  constructor(
    private readonly dataSource: CatalogDataSource,
    private readonly link: ClosureLink,
    private readonly retries: Retries,
  ) {}

  /** @throws ClosureNotFoundError also for a wrong token */
  async execute(closureId: string, token: string): Promise<ShownClosure> {
    if (!this.link.isValid(closureId, token)) throw new ClosureNotFoundError();
    const closure = await this.dataSource.getRepository(ClosureEntity).findOneBy({ id: closureId });
    if (closure === null) throw new ClosureNotFoundError();
    return { closure, retry: await this.retries.of('purge', closure.tenantId) };
  }
}
