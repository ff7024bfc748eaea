/** A step of a pipeline. `tenths` is its chance to win: 0 to 10. */
export interface Stage {
  id: string;
  label: string;
  tenths: number;
  closed: boolean;
}

export interface Pipeline {
  id: string;
  label: string;
  /** In the order they are gone through; the closed ones last. */
  stages: readonly Stage[];
}

/** What a hub is: the settings of its owner. */
export interface CrmAccount {
  id: number;
  key: string;
  name: string;
  domain: string;
  zone: string;
  currency: string;
  /** Further currencies; null where the plan has no multi-currency at all. */
  otherCurrencies: readonly string[] | null;
  type: 'STANDARD' | 'DEVELOPER_TEST';
  /** Deals a month, at least and at most. */
  dealsAMonth: readonly [number, number];
  contactsADay: readonly [number, number];
  /** Deals brought in from elsewhere in one go: all change in the same millisecond. */
  bulkImport: { at: string; count: number } | null;
}

/** One change of a deal. `at` in ms. */
export type DealEvent =
  | { at: number; kind: 'stage'; stage: string }
  | { at: number; kind: 'amount'; minor: number | null }
  | { at: number; kind: 'close-date'; closeAt: number }
  | { at: number; kind: 'absorbed'; id: number }
  | { at: number; kind: 'merged'; into: number }
  | { at: number; kind: 'deleted' };

/** A deal's whole life, also the part that is still to come. */
export interface Deal {
  id: number;
  name: string;
  pipeline: string;
  currency: string;
  /** The date of its creation, in ms; for an imported one the date it had where it came from. */
  createdAt: number;
  /** From when on it is in this hub. */
  appearsAt: number;
  firstStage: string;
  firstAmount: number | null;
  firstCloseAt: number | null;
  /** In the order of time. */
  events: readonly DealEvent[];
}

/** A deal as it is at one instant. */
export interface DealState {
  deal: Deal;
  stage: string;
  /** Minor units of the deal's currency. */
  amount: number | null;
  closeAt: number | null;
  modifiedAt: number;
  enteredStageAt: number;
  /** Every stage it was in, oldest first. */
  path: readonly { stage: string; at: number }[];
  absorbed: readonly number[];
  /** Merged deals are gone without a trace; deleted ones can still be listed as archived. */
  gone: { kind: 'merged' | 'deleted'; at: number; into?: number } | null;
}

export interface Contact {
  id: number;
  firstName: string;
  lastName: string;
  email: string;
  phone: string;
  createdAt: number;
  /** In the order of time; null is none. */
  lifecycle: readonly { at: number; stage: string | null }[];
  /** When it was erased for good at the person's wish. */
  erasedAt: number | null;
}
