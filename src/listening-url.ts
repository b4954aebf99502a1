import type { AddressInfo } from 'node:net';

/** Where a server listens, as a URL; Nest's own word for every interface is this machine alone. */
export function toListeningUrl({ family, address, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
