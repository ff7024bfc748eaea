/**
 * A provider asks us to erase what we hold of an account. A port: what is done about it belongs to the
 * deletion of an integration's data.
 */
export abstract class EraseRequested {
  /** In the tenant's scope. Repeatable; when it resolves the request is written down. */
  abstract execute(integrationId: string): Promise<void>;
}
