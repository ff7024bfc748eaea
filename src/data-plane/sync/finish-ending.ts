/**
 * Does the rest of what ends an integration, where somebody disconnected it and it was broken off. A port,
 * because a sweep finds it and disconnecting knows the steps.
 */
export abstract class FinishEnding {
  /**
   * In the tenant's scope. Repeatable. Waits for who disconnects it at this moment.
   *
   * @returns whether it was disconnected, or there is none, so that nothing of it is left
   * @throws what keeps it from being done, which is to be tried again later
   */
  abstract execute(integrationId: string): Promise<boolean>;
}
