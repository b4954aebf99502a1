import { createHmac } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { WEBHOOK_SECRET } from './environment.js';

export interface LoadResult {
  readonly perSecond: number;
  readonly medianMilliseconds: number;
}

/**
 * Sends signed webhook requests over kept-alive connections, on each the next when the last is answered, for a while.
 * It speaks HTTP by hand: a general client would take more of the machine than the servers that are compared.
 *
 * @param nextBody makes a new event's body
 * @throws Error on any answer but 200
 */
export async function sendWebhooks(
  port: number,
  load: { readonly connections: number; readonly milliseconds: number; readonly nextBody: () => string },
): Promise<LoadResult> {
  const start = performance.now();
  const until = start + load.milliseconds;
  const times: number[] = [];
  await Promise.all(Array.from({ length: load.connections }, () => runConnection(port, until, load.nextBody, times)));
  const seconds = (performance.now() - start) / 1_000;
  return { perSecond: times.length / seconds, medianMilliseconds: medianOf(times) };
}

async function runConnection(port: number, until: number, nextBody: () => string, times: number[]): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  try {
    while (performance.now() < until) {
      const request = toRequest(nextBody());
      const start = performance.now();
      socket.write(request);
      const answer = await readAnswer(socket);
      if (!answer.startsWith('HTTP/1.1 200 ')) throw new Error(`unexpected answer: ${answer.slice(0, 300)}`);
      times.push(performance.now() - start);
    }
  } finally {
    socket.destroy();
  }
}

function toRequest(body: string): string {
  const timestamp = Math.floor(Date.now() / 1_000);
  const digest = createHmac('sha256', WEBHOOK_SECRET).update(`${timestamp}.${body}`).digest('hex');
  return (
    `POST /api/v1/admin/stripe/webhook HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json; charset=utf-8\r\n` +
    `Stripe-Signature: t=${timestamp},v1=${digest}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  );
}

/** Both servers answer with a Content-Length. */
function readAnswer(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const onData = (chunk: Buffer): void => {
      text += chunk.toString('latin1');
      const head = text.indexOf('\r\n\r\n');
      const length = /content-length: (\d+)/i.exec(text)?.[1];
      if (head < 0 || length === undefined || text.length < head + 4 + Number(length)) return;
      stop();
      resolve(text);
    };
    const onEnd = (error: unknown): void => {
      stop();
      reject(error instanceof Error ? error : new Error('the server closed the connection'));
    };
    const stop = (): void => {
      socket.off('data', onData).off('error', onEnd).off('close', onEnd);
    };
    socket.on('data', onData).on('error', onEnd).on('close', onEnd);
  });
}

export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
