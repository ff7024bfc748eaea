import type { ProviderClient } from '../../kit/provider-client.js';
import { boolean } from '../../kit/read/boolean.js';
import { list } from '../../kit/read/list.js';
import { object } from '../../kit/read/object.js';
import { text } from '../../kit/read/text.js';
import { ask } from '../graphql.js';
import type { Agreement, Order } from './order.js';
import { AGREEMENT, LISTED_TRANSACTIONS, TRANSACTIONS } from './order-query.js';
import { readAgreements, readOrder, readPayments } from './read-order.js';

/** One listed order; what of it the list was too short for is asked for. */
export async function wholeOrder(client: ProviderClient, item: unknown): Promise<Order> {
  const id = text(item, 'id');
  return readOrder(item, {
    agreements: hasAllAgreements(item) ? readAgreements(item) : await allAgreements(client, id),
    payments: hasAllTransactions(item) ? readPayments(item) : await allPayments(client, id),
  });
}

function hasAllAgreements(item: unknown): boolean {
  const agreements = object(item, 'agreements');
  return (
    !hasNext(agreements) &&
    list(agreements, 'nodes').every((agreement) => !hasNext(object(agreement, 'sales')))
  );
}

function hasAllTransactions(item: unknown): boolean {
  return list(item, 'transactions').length < LISTED_TRANSACTIONS;
}

/** One after the other, each with all its sales. */
async function allAgreements(client: ProviderClient, id: string): Promise<Agreement[]> {
  const all: Agreement[] = [];
  let agreement: string | null = null;
  let sale: string | null = null;
  for (;;) {
    const answer: unknown = await ask(client, AGREEMENT, { id, agreement, sale });
    const order: unknown = object(answer, 'order');
    all.push(...readAgreements(order));
    const found: unknown = object(order, 'agreements');
    const [node]: readonly unknown[] = list(found, 'nodes');
    sale = node === undefined ? null : nextOf(object(node, 'sales'));
    if (sale !== null) continue;
    agreement = nextOf(found);
    if (agreement === null) return all;
  }
}

async function allPayments(client: ProviderClient, id: string): Promise<Order['payments']> {
  return readPayments(object(await ask(client, TRANSACTIONS, { id }), 'order'));
}

function nextOf(connection: unknown): string | null {
  return hasNext(connection) ? text(object(connection, 'pageInfo'), 'endCursor') : null;
}

function hasNext(connection: unknown): boolean {
  return boolean(object(connection, 'pageInfo'), 'hasNextPage');
}
