import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answer, Call } from './http.js';

interface Letter {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Headers that belong to one connection, and not to the message. */
const OF_THE_CONNECTION = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'keep-alive']);

/** Stands between the providers and the application: events pass at once, or wait here and are then given out in any order. */
export class PostOffice {
  private readonly held: Letter[] = [];
  private isHolding = false;

  private constructor(
    private readonly server: Server,
    private readonly call: Call,
  ) {}

  /** @param call how the application is given an event */
  static async open(call: Call): Promise<PostOffice> {
    const server = createServer();
    const office = new PostOffice(server, call);
    server.on('request', (request, response) => {
      office.take(request).then(
        (status) => response.writeHead(status).end(),
        () => response.writeHead(502).end(),
      );
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return office;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** From now on events wait here. */
  hold(): void {
    this.isHolding = true;
  }

  /** Gives out everything that waits, all at once; what comes after that waits again. @returns how many there were */
  async deliver(): Promise<number> {
    const letters = this.held.splice(0);
    await this.giveOut(letters);
    return letters.length;
  }

  /**
   * Gives out everything that waits, in an order that `seed` decides, `copies` times each and several at once; from then on
   * events pass again.
   */
  async release(seed: number, copies = 1): Promise<void> {
    this.isHolding = false;
    const waiting = this.held.splice(0);
    const letters = Array.from({ length: copies }, () => waiting).flat();
    let state = seed >>> 0;
    while (letters.length > 0) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      const together = 1 + (state >>> 30);
      const batch: Letter[] = [];
      while (batch.length < together && letters.length > 0) {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        batch.push(...letters.splice((state >>> 8) % letters.length, 1));
      }
      await this.giveOut(batch);
    }
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async take(request: IncomingMessage): Promise<number> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(request.headers)) {
      if (typeof value === 'string' && !OF_THE_CONNECTION.has(name)) headers[name] = value;
    }
    const letter = { path: request.url ?? '/', headers, body: Buffer.concat(chunks).toString('utf8') };
    if (!this.isHolding) return (await this.forward(letter)).status;
    this.held.push(letter);
    return 200;
  }

  private async giveOut(letters: readonly Letter[]): Promise<void> {
    const answers = await Promise.all(letters.map((letter) => this.forward(letter)));
    const refused = answers.find(({ status }) => status !== 200);
    if (refused) throw new Error(`an event was answered with ${refused.status}: ${JSON.stringify(refused.body)}`);
  }

  private forward({ path, headers, body }: Letter): Promise<Answer> {
    return this.call('POST', path, { headers, body });
  }
}
