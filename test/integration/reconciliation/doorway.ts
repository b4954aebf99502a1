import { once } from 'node:events';
import {
  createServer,
  request,
  type IncomingMessage,
  type RequestOptions,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A call that came by. */
export interface PassedCall {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Elements of the list that was answered; undefined for what is no list. */
  readonly listed: number | undefined;
  /** Milliseconds of `performance.now()`, when it came. */
  readonly at: number;
}

/** Stands before the sandbox: lets calls through and counts them, refuses some, and holds some up. */
export class Doorway {
  readonly passed: PassedCall[] = [];
  /** When calls were refused. */
  readonly refused: number[] = [];
  private target = '';
  private refusals: { readonly path: string; readonly retryAfter: string; left: number } | undefined;
  private barred: { readonly path: string; readonly open: Promise<unknown>; isReached: boolean } | undefined;

  private constructor(private readonly server: Server) {}

  static async open(): Promise<Doorway> {
    const server = createServer();
    const doorway = new Doorway(server);
    server.on('request', (incoming, response) => void doorway.take(incoming, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return doorway;
  }

  /** @returns the address that leads to `target` */
  lead(target: string): string {
    this.target = target;
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Refuses the next calls to a path (429), and says how long to wait. */
  refuse(path: string, retryAfter: string, times = 1): void {
    this.refusals = { path, retryAfter, left: times };
  }

  /** Holds up the calls to a path. @returns what lets them through, and whether any has come */
  bar(path: string): { lift(): void; isReached(): boolean } {
    const lifted = new AbortController();
    const barred = { path, open: once(lifted.signal, 'abort'), isReached: false };
    this.barred = barred;
    return {
      lift: () => {
        if (this.barred === barred) this.barred = undefined;
        lifted.abort();
      },
      isReached: () => barred.isReached,
    };
  }

  close(): Promise<unknown> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }

  private async take(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = incoming;
    const { pathname: path } = new URL(url, this.target);
    const body = await buffer(incoming);
    const at = performance.now();
    if (this.refusals?.path === path && this.refusals.left > 0) {
      this.refusals.left -= 1;
      this.refused.push(at);
      response.writeHead(429, { 'retry-after': this.refusals.retryAfter, 'content-type': 'application/json' });
      response.end('{"error": {"type": "invalid_request_error", "code": "rate_limit"}}');
      return;
    }
    if (this.barred?.path === path) {
      this.barred.isReached = true;
      await this.barred.open;
    }
    try {
      const answer = await pass(new URL(url, this.target), { method, headers }, body);
      const answered = await buffer(answer);
      this.passed.push({ method, path, listed: countOf(answered), at });
      response.writeHead(answer.statusCode ?? 502, answer.headers).end(answered);
    } catch {
      response.destroy(); // as the sandbox did with the other half
    }
  }
}

async function pass(url: URL, options: RequestOptions, body: Buffer): Promise<IncomingMessage> {
  const outgoing = request(url, options);
  const answering = once(outgoing, 'response');
  outgoing.end(body);
  const [answer] = await answering;
  return answer as IncomingMessage;
}

function countOf(answered: Buffer): number | undefined {
  try {
    const { data, items } = JSON.parse(answered.toString()) as { data?: unknown; items?: unknown };
    const list = data ?? items;
    return Array.isArray(list) ? list.length : undefined;
  } catch {
    return undefined;
  }
}
