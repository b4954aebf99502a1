import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { LocalFailure } from './local-failure.js';

export interface LocalPorts {
  readonly application: number;
  readonly sandbox: number;
  readonly storefront: number;
}

/**
 * The ports of this start: 3000, 3010 and 3020, or what PORT, SANDBOX_PORT and STOREFRONT_PORT say; 0 means any free one.
 *
 * @throws LocalFailure naming the first port that is taken, before anything is started
 */
export async function choosePorts(environment: NodeJS.ProcessEnv): Promise<LocalPorts> {
  return {
    application: await claim('PORT', environment.PORT, 3000),
    sandbox: await claim('SANDBOX_PORT', environment.SANDBOX_PORT, 3010),
    storefront: await claim('STOREFRONT_PORT', environment.STOREFRONT_PORT, 3020),
  };
}

async function claim(name: string, value: string | undefined, fallback: number): Promise<number> {
  const port = Number(value?.trim() || fallback);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new LocalFailure(`${name} must be a whole number from 0 to 65535.`);
  }
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      throw new LocalFailure(
        `Port ${port} is taken by another process: set ${name} to a free one, or end that process.`,
      );
    }
    throw new LocalFailure(`Port ${port} cannot be opened (${code}): set ${name} to another one.`);
  } finally {
    server.close();
  }
}
