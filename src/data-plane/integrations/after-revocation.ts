import { Injectable } from '@nestjs/common';

/** What follows when a provider took access back: the place where the deletion of the data begins. */
@Injectable()
export class AfterRevocation {
  /** Repeatable; a failure does not undo the revocation. */
  async begin(_integrationId: string): Promise<void> {}
}
