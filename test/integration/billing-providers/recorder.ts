import { createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RecordedCall {
  /** Such as `POST /v1/subscription_schedules`. */
  readonly line: string;
  readonly idempotencyKey: string | undefined;
  /** Form-encoded parameters, in clear. */
  readonly body: string;
}

/** Stands between the adapter and the sandbox, and writes down what goes over the wire. */
export interface Recorder {
  readonly url: string;
  /** Calls since the last time, oldest first. */
  take(): RecordedCall[];
  /** Runs `action` before the next call of that line is passed on: for races. */
  before(line: string, action: () => Promise<unknown>): void;
  close(): Promise<void>;
}

export async function startRecorder(target: string): Promise<Recorder> {
  const calls: RecordedCall[] = [];
  const actions = new Map<string, () => Promise<unknown>>();
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks);
      const line = `${incoming.method} ${incoming.url?.split('?')[0]}`;
      const key = incoming.headers['idempotency-key'];
      calls.push({ line, idempotencyKey: key?.toString(), body: decodeURIComponent(body.toString()) });
      const action = actions.get(line);
      actions.delete(line);
      void Promise.resolve(action?.()).then(() => pass(target, incoming, body, outgoing));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take: () => calls.splice(0),
    before: (line, action) => actions.set(line, action),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** A connection that breaks on the far side breaks here too. */
function pass(target: string, incoming: IncomingMessage, body: Buffer, outgoing: ServerResponse): void {
  const { hostname, port } = new URL(target);
  const { method, url, headers } = incoming;
  const upstream = send({ hostname, port, method, path: url, headers, agent: false }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(outgoing);
  });
  upstream.on('error', () => outgoing.destroy());
  upstream.end(body);
}
