/** What is needed of an order, and no more. Money is decimal text in the shop's currency. */
export interface Order {
  createdMs: number;
  processedMs: number;
  cancelReason: string | null;
  isCancelled: boolean;
  channel: string;
  sourceName: string;
  /** Null: a guest. True: the customer's first. */
  isFirst: boolean | null;
  agreements: readonly Agreement[];
  payments: readonly Payment[];
}

/** Something agreed at one moment: the order itself, an edit, a return. */
export interface Agreement {
  happenedMs: number;
  reason: string;
  sales: readonly Sale[];
}

export interface Sale {
  action: string;
  line: string;
  quantity: number;
  currency: string;
  /** With tax, after discounts; negative for what is taken back. */
  total: string;
  tax: string;
  discount: string;
  product: string;
  variant: string;
}

export interface Payment {
  kind: string;
  status: string;
  processedMs: number;
  gateway: string;
  currency: string;
  amount: string;
}
