import { DAY, DAY_ZERO, type PaymentsAccount } from './accounts.js';
import { makeId } from './ids.js';

export interface CustomerLife {
  id: string;
  created: number;
  number: number;
}

/** Each day brings three. */
export function customersOn(account: PaymentsAccount, day: number): CustomerLife[] {
  return [0, 1, 2].map((slot) => ({
    id: makeId('cus', account.id, { day, slot, number: 0 }),
    created: DAY_ZERO + day * DAY + slot * 9_000 + 100,
    number: day * 3 + slot,
  }));
}
