import { type DueSync, SyncSchedule } from '../../../src/data-plane/sync/sync-schedule.js';
import { GrantNews } from '../../../src/data-plane/tokens/grant-news.js';
import {
  type AccountHolder,
  ProviderAccountDirectory,
} from '../../../src/data-plane/webhooks/provider-account-directory.js';

/** A catalog without integrations, for tests of everything else. What is written there is forgotten. */
export class FakeSchedule extends SyncSchedule {
  override async hasten(): Promise<void> {}
  override async claim(): Promise<DueSync[]> {
    return [];
  }
  override async renew(): Promise<boolean> {
    return false;
  }
  override async settle(): Promise<void> {}
  override async remove(): Promise<void> {}
  override async end(): Promise<boolean> {
    return true;
  }
  override async giveUp(): Promise<boolean> {
    return true;
  }
}

export class FakeProviderAccounts extends ProviderAccountDirectory {
  override async add(): Promise<void> {}
  override async remove(): Promise<void> {}
  override async find(): Promise<AccountHolder[]> {
    return [];
  }
  override async dueForProbe(): Promise<AccountHolder[]> {
    return [];
  }
  override async unseen(_provider: string, ids: readonly string[]): Promise<Set<string>> {
    return new Set(ids);
  }
  override async note(): Promise<void> {}
  override async deleteOldEvents(): Promise<number> {
    return 0;
  }
}

export class FakeGrantNews extends GrantNews {
  override async ended(): Promise<void> {}
}
