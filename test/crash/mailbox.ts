import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { StartedApplication } from '../support/application.js';

interface Letter {
  readonly path: string;
  readonly body: string;
  readonly headers: Record<string, string>;
}

/** Takes a provider's events, and hands them to the application when the test wants them to arrive. */
export class Mailbox {
  private letters: Letter[] = [];

  private constructor(
    private readonly server: Server,
    private readonly application: StartedApplication,
  ) {}

  static async open(application: StartedApplication): Promise<Mailbox> {
    const server = createServer();
    const mailbox = new Mailbox(server, application);
    server.on('request', (request, response) => {
      void mailbox.take(request).then(() => response.end());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return mailbox;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** @returns how many there were */
  async deliver(): Promise<number> {
    const { letters } = this;
    this.letters = [];
    const answers = await Promise.all(
      letters.map(({ path, body, headers }) => this.application.call('POST', path, { body, headers })),
    );
    const refused = answers.find(({ status }) => status !== 200);
    if (refused) throw new Error(`an event was answered with ${refused.status}: ${JSON.stringify(refused.body)}`);
    return letters.length;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async take(request: IncomingMessage): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const headers = Object.fromEntries(
      Object.entries(request.headers).filter(([name]) => /^(content-type|stripe-signature|webhook-)/.test(name)),
    ) as Record<string, string>;
    this.letters.push({ path: request.url ?? '/', body: Buffer.concat(chunks).toString('utf8'), headers });
  }
}
