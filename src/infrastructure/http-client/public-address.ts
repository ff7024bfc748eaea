import ipaddr from 'ipaddr.js';

/** 2000::/3, all that is handed out for the public internet. */
const GLOBAL_UNICAST = ipaddr.IPv6.parse('2000::');
const GLOBAL_UNICAST_BITS = 3;

/** 64:ff9b::/96: how a network without IPv4 of its own reaches IPv4. The last four bytes are where to. */
const NAT64 = ipaddr.IPv6.parse('64:ff9b::');
const NAT64_BITS = 96;

/**
 * Whether the address is one of the public internet. Private, loopback, link-local, shared (CGNAT),
 * multicast, reserved and documentation addresses are not, nor is what wraps one of them in IPv6;
 * what cannot be read is not either.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv4) return parsed.range() === 'unicast';
  if (parsed.zoneId !== undefined) return false;
  if (parsed.match(NAT64, NAT64_BITS)) return isPublicAddress(embedded(parsed));
  return parsed.range() === 'unicast' && parsed.match(GLOBAL_UNICAST, GLOBAL_UNICAST_BITS);
}

function embedded(address: ipaddr.IPv6): string {
  return address.toByteArray().slice(12).join('.');
}
