import { once } from 'node:events';
import { Agent, request as open, type IncomingHttpHeaders } from 'node:http';

export interface Sent {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface Received {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Sends over real HTTP whatever it is told, also what a browser's client would refuse to. */
export class Sender {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 16 });

  constructor(private readonly url: string) {}

  async send({ method, path, headers = {}, body }: Sent): Promise<Received> {
    const { hostname, port } = new URL(this.url);
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const outgoing = open({ hostname, port, method, path, agent: this.agent, headers: { ...length, ...headers } });
    outgoing.end(body);
    const [incoming] = await once(outgoing, 'response').catch((error: Error) => {
      throw new Error(`${method} ${path.slice(0, 200)}: no answer`, { cause: error });
    });
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    return { status: incoming.statusCode, headers: incoming.headers, text: Buffer.concat(chunks).toString('utf8') };
  }

  close(): void {
    this.agent.destroy();
  }
}
