import { lookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isPublicAddress } from './public-address.js';

export class PrivateAddressError extends Error {
  constructor() {
    super('the host leads to an address that is not of the public internet');
    this.name = 'PrivateAddressError';
  }
}

/**
 * Resolves a host for a connection, to public addresses alone. The connection is made to what is returned here, so a name
 * cannot lead elsewhere between a check and the connection.
 */
export const lookupPublic: LookupFunction = (host, options, callback) => {
  lookup(host, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error) return callback(error, '');
    const found = addresses.filter(({ address }) => isPublicAddress(address));
    const [first] = found;
    if (!first) return callback(new PrivateAddressError(), '');
    if (options.all) return callback(null, found);
    return callback(null, first.address, first.family);
  });
};
