/**
 * Ends the tokens of an integration, in every process. A port, because the one who has them
 * (`TokenBroker`) itself needs `MarkRevoked`, which asks this.
 */
export abstract class TokenDestroyer {
  /** Repeatable. */
  abstract destroy(integrationId: string): Promise<void>;
}
