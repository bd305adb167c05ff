import { lookup as resolve, type LookupAddress, type LookupOptions } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Addresses that only speak to the machine itself about itself: its credentials lie there. */
const forbidden = new BlockList();
forbidden.addSubnet('169.254.0.0', 16, 'ipv4');
forbidden.addAddress('100.100.100.200', 'ipv4');
forbidden.addSubnet('fe80::', 10, 'ipv6');
forbidden.addAddress('fd00:ec2::254', 'ipv6');

/** Why this host may not be asked, where it is an address already; names are looked at when they are resolved. */
export function refusedHost(hostname: string): string | undefined {
  const plain = hostname.replace(/^\[|\]$/g, '');
  return isForbidden(plain) ? `${plain} is an address that a check may not ask` : undefined;
}

/** What a name leads to, without what may not be asked: the connection goes to the very address that was looked at. */
export const guardedLookup: LookupFunction = (hostname, options: LookupOptions, callback) => {
  resolve(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error) {
      callback(error, '', 0);
      return;
    }
    const allowed = addresses.filter(({ address }) => !isForbidden(address));
    const [first] = allowed;
    if (first === undefined || allowed.length < addresses.length) {
      callback(new Error(`${hostname} leads to an address that a check may not ask`), '', 0);
    } else if (options.all === true) {
      callback(null, allowed);
    } else {
      callback(null, first.address, first.family);
    }
  });
};

function isForbidden(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && forbidden.check(address, family === 4 ? 'ipv4' : 'ipv6');
}
