import { Logger } from '@nestjs/common';
import pg from 'pg';
import { WEBHOOK_CHANNEL } from './webhook-channel.js';

const SHORTEST_WAIT_MILLISECONDS = 500;
const LONGEST_WAIT_MILLISECONDS = 15_000;

/**
 * Hears the workers' channel on a connection of its own and connects again for as long as it is not stopped. It only
 * makes things faster: whoever listens polls as well.
 */
export class WebhookListener {
  private readonly logger = new Logger(WebhookListener.name);
  private client?: pg.Client;
  private timer?: NodeJS.Timeout;
  private failures = 0;
  private stopped = false;

  constructor(
    private readonly url: string,
    /** Called on every notification, and on every new connection: notifications may have been missed before it. */
    private readonly onSignal: () => void,
  ) {}

  start(): void {
    void this.connect();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.client?.end().catch(() => undefined); // a connection that cannot be ended is gone already
  }

  private async connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.url,
      application_name: 'uplift-webhook-listener',
      keepAlive: true,
      connectionTimeoutMillis: 10_000,
    });
    this.client = client;
    let lost = false;
    const onLost = (error?: Error): void => {
      if (lost) return;
      lost = true;
      this.reconnectLater(client, error);
    };
    client.on('error', onLost);
    client.on('end', onLost);
    client.on('notification', this.onSignal);
    try {
      await client.connect();
      await client.query(`LISTEN ${WEBHOOK_CHANNEL}`);
      if (this.failures > 0) this.logger.log('hearing notifications again');
      this.failures = 0;
      this.onSignal();
    } catch (error) {
      onLost(error as Error);
    }
  }

  private reconnectLater(client: pg.Client, error?: Error): void {
    client.end().catch(() => undefined); // gone already
    if (this.stopped) return;
    if (this.failures === 0) {
      this.logger.warn({ message: 'notifications are not heard, polling goes on', error: error?.message });
    }
    const wait = Math.min(SHORTEST_WAIT_MILLISECONDS * 2 ** this.failures, LONGEST_WAIT_MILLISECONDS);
    this.failures += 1;
    this.timer = setTimeout(() => void this.connect(), wait);
    this.timer.unref();
  }
}
