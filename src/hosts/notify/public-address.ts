import { lookup as lookUp } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/**
 * Which addresses of the internet anybody may be sent to: whoever names a host must not reach, through this one, what only
 * this one reaches (its own services, the network around it, the metadata of its cloud).
 */

/** https://www.iana.org/assignments/iana-ipv4-special-registry, and multicast with what is above it. */
const RESERVED_V4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];

/** All that is handed out to anybody lies in 2000::/3; in there, what carries an IPv4 address or is for examples. */
const GLOBAL_V6 = ['2000::', 3] as const;
const RESERVED_V6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const reservedV4 = new BlockList();
for (const [net, prefix] of RESERVED_V4) reservedV4.addSubnet(net, prefix, 'ipv4');
const globalV6 = new BlockList();
globalV6.addSubnet(...GLOBAL_V6, 'ipv6');
const reservedV6 = new BlockList();
for (const [net, prefix] of RESERVED_V6) reservedV6.addSubnet(net, prefix, 'ipv6');

/** @param address IPv4 or IPv6, without brackets. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !reservedV4.check(address, 'ipv4');
    case 6:
      return globalV6.check(address, 'ipv6') && !reservedV6.check(address, 'ipv6');
    default:
      return false;
  }
}

export class PrivateAddress extends Error {
  constructor() {
    super('it is an address that only this host reaches, and NOTIFY_PRIVATE does not allow those');
    this.name = 'PrivateAddress';
  }
}

/**
 * Looks a name up for a connection: what was looked at is what is connected to, so that no second answer takes its place.
 * One private address among several is enough to refuse.
 */
export const lookupPublic: LookupFunction = (hostname, options, callback) => {
  lookUp(hostname, { ...options, all: true }, (error, found) => {
    if (error) return callback(error, '');
    if (found.length === 0 || !found.every(({ address }) => isPublicAddress(address)))
      return callback(new PrivateAddress(), '');
    if (options.all) return callback(null, found);
    const [first] = found;
    return callback(null, first?.address ?? '', first?.family);
  });
};
