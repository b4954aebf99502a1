import { connect, type Socket } from 'node:net';

export interface LoadResult {
  readonly perSecond: number;
  readonly medianMilliseconds: number;
  /** 99 of 100 answers took no longer. */
  readonly p99Milliseconds: number;
}

/**
 * Sends requests over kept-alive connections, on each the next when the last is answered, for a while. It speaks HTTP by
 * hand: a general client would take more of the machine than the servers that are compared.
 *
 * @param nextRequest makes a whole HTTP request; undefined when there are no more
 * @throws Error on any answer but 200
 */
export async function sendRequests(
  port: number,
  load: { readonly connections: number; readonly milliseconds: number; readonly nextRequest: () => string | undefined },
): Promise<LoadResult> {
  const start = performance.now();
  const until = start + load.milliseconds;
  const times: number[] = [];
  await Promise.all(
    Array.from({ length: load.connections }, () => runConnection(port, until, load.nextRequest, times)),
  );
  const seconds = (performance.now() - start) / 1_000;
  return {
    perSecond: times.length / seconds,
    medianMilliseconds: medianOf(times),
    p99Milliseconds: quantileOf(times, 0.99),
  };
}

async function runConnection(
  port: number,
  until: number,
  nextRequest: () => string | undefined,
  times: number[],
): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  try {
    while (performance.now() < until) {
      const request = nextRequest();
      if (request === undefined) return;
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

export const medianOf = (values: readonly number[]): number => quantileOf(values, 0.5);

function quantileOf(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
}
