import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A message as the merchant's back end gets it. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Reply {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

/** How a message is answered; undefined: never. */
type Answerer = (received: Received) => Reply | undefined;

export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** Answers what comes from now on. */
  answer(answerer: Answerer): void;
  /** Answers all messages that were left without an answer. */
  release(reply?: Reply): void;
  close(): Promise<void>;
}

const OK: Reply = { status: 204 };
const succeed: Answerer = () => OK;

/** A real HTTP server in the merchant's place; it says 204 until it is told otherwise. */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const waiting: ServerResponse[] = [];
  let answerer = succeed;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const message = {
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      };
      received.push(message);
      const reply = answerer(message);
      if (reply) write(response, reply);
      else waiting.push(response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answer: (next) => {
      answerer = next;
    },
    release: (reply = OK) => {
      for (const response of waiting.splice(0)) write(response, reply);
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function write(response: ServerResponse, { status, body = '', headers = {} }: Reply): void {
  response.writeHead(status, headers).end(body);
}
