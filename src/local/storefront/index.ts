import { DEFAULT_PORT, type StorefrontOptions } from './options.js';
import { createServer } from './server.js';
import { Shop } from './shop.js';

export type { StorefrontOptions } from './options.js';

export interface RunningStorefront {
  /** http://127.0.0.1:PORT; also the origin that Uplift must allow as a return address. */
  readonly url: string;
  close(): Promise<void>;
}

/** @throws the system's error where the port is taken (`EADDRINUSE`) */
export async function startStorefront(options: StorefrontOptions): Promise<RunningStorefront> {
  const shop = new Shop(options);
  const server = await createServer(shop);
  shop.origin = await server.listen({ port: options.port ?? DEFAULT_PORT, host: '127.0.0.1' });
  return { url: shop.origin, close: () => server.close() };
}
