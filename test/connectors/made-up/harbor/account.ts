import type { Account } from '../../../../src/connectors/kit/account.js';
import type { ProviderClient } from '../../../../src/connectors/kit/provider-client.js';
import { boolean } from '../../../../src/connectors/kit/read/boolean.js';
import { list } from '../../../../src/connectors/kit/read/list.js';
import { object } from '../../../../src/connectors/kit/read/object.js';
import { text } from '../../../../src/connectors/kit/read/text.js';
import { whole } from '../../../../src/connectors/kit/read/whole.js';
import { currencyOf } from './money.js';

/** The depots of the fleet that consented; each is an account of its own. */
export async function readDepots(client: ProviderClient): Promise<Account[]> {
  const { body } = await client.get('/depots');
  return list(body, 'depots').map(depotOf);
}

export async function readDepot(client: ProviderClient, code: string): Promise<Account> {
  const { body } = await client.get(depotPath(code));
  return depotOf(object(body, 'depot'));
}

export function depotPath(code: string): string {
  return `/depots/${encodeURIComponent(code)}`;
}

/** The API calls a depot by its code, webhooks by its number, or by its fleet. */
export function namesInWebhooks(
  { details }: Account,
  { fleet }: Readonly<Record<string, string>>,
): readonly string[] {
  return [
    ...(details.number === undefined ? [] : [depotName(details.number)]),
    ...(fleet === undefined ? [] : [fleetName(fleet)]),
  ];
}

export const depotName = (number: string): string => `depot ${number}`;
export const fleetName = (fleet: string): string => `fleet ${fleet}`;

function depotOf(depot: unknown): Account {
  return {
    id: text(depot, 'code'),
    name: text(depot, 'title'),
    timeZone: text(depot, 'zone'),
    currency: currencyOf(depot),
    test: boolean(depot, 'training'),
    details: { number: String(whole(depot, 'number')) },
  };
}
