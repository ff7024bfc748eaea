/**
 * Which slug leads to which tenant. A port: the catalog implements it, where slugs are only keyed
 * hashes.
 *
 * Two calls rather than one rename, because two databases cannot change together: between them
 * both slugs lead to the tenant, so a crash there leaves nothing that does not work.
 */
export abstract class SlugDirectory {
  /** Takes the slug beside those the tenant has. Repeatable: one of its own is `ok`. */
  abstract claim(tenantId: string, slug: string): Promise<'ok' | 'taken'>;
  /** Frees all slugs of the tenant but this one. Repeatable. */
  abstract keepOnly(tenantId: string, slug: string): Promise<void>;
}
