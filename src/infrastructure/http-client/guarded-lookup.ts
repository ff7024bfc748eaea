import { lookup } from 'node:dns/promises';
import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isIP } from 'node:net';
import { callbackify } from 'node:util';
import { isPublicAddress } from './public-address.js';

/** All addresses of a name. Tests replace it. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** Told by its class: the client turns it into OutboundRefusedError, which knows the call. */
export class AddressRefused extends Error {}

export async function resolveBySystem(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

/**
 * The look-up of a socket, which connects to just the addresses that this gives: no second look-up
 * lies between check and use, so a name that changes its address (rebinding) gains nothing. One
 * address that is not public refuses them all: an honest public name has none.
 */
export function guardedLookup(resolve: Resolve): LookupFunction {
  const look = callbackify((host: string, family: string | number | undefined) =>
    publicAddresses(resolve, host, family),
  );
  return (host, options, done) => {
    look(host, options.family, (error, found) => {
      if (error !== null) done(error, []);
      else if (options.all === true) done(null, found);
      else done(null, ...first(found));
    });
  };
}

async function publicAddresses(
  resolve: Resolve,
  host: string,
  family: string | number | undefined,
): Promise<LookupAddress[]> {
  const addresses = await resolve(host);
  if (!addresses.every(isPublicAddress)) throw new AddressRefused();
  const wanted = addresses.filter((address) => familyFits(address, family));
  if (wanted.length === 0) throw noAddress();
  return wanted.map((address) => ({ address, family: isIP(address) }));
}

function first(found: readonly LookupAddress[]): [string, number] {
  const [one] = found;
  return [one?.address ?? '', one?.family ?? 0];
}

function familyFits(address: string, family: number | string | undefined): boolean {
  if (family === undefined || family === 0) return true;
  return isIP(address) === Number(String(family).replace('IPv', ''));
}

function noAddress(): NodeJS.ErrnoException {
  return Object.assign(new Error('no address'), { code: 'ENOTFOUND' });
}
