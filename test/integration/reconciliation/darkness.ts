import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { MatrixWorld } from '../../e2e/matrix-world.js';

/** Takes every event and keeps it to itself. */
export class Darkness {
  private readonly kept: { readonly path: string; readonly headers: IncomingHttpHeaders; readonly body: Buffer }[] = [];

  private constructor(private readonly server: Server) {}

  static async begin(world: MatrixWorld): Promise<Darkness> {
    const server = createServer();
    const darkness = new Darkness(server);
    const keep = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      darkness.kept.push({ path: request.url ?? '', headers: request.headers, body: await buffer(request) });
      response.writeHead(200).end();
    };
    server.on('request', (request, response) => void keep(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    world.sandbox.setWebhook(`${url}/api/v1/admin/stripe/webhook`);
    world.sandbox.setWebhook(`${url}/webhooks/dodo`, undefined, 'dodo');
    return darkness;
  }

  /** Everything that was kept comes after all, the newest first. @returns how many events */
  async end(world: MatrixWorld): Promise<number> {
    for (const { path, headers, body } of this.kept.toReversed()) {
      const { host: _host, connection: _connection, 'content-length': _length, ...signed } = headers;
      const answer = await fetch(`${world.application.url}${path}`, {
        method: 'POST',
        headers: signed as Record<string, string>,
        body: new Uint8Array(body),
      });
      if (answer.status !== 200) throw new Error(`an event was answered with ${answer.status}`);
    }
    await world.settle();
    return this.kept.length;
  }

  close(): Promise<unknown> {
    return new Promise((resolve) => this.server.close(resolve));
  }
}
