import { randomUUID } from 'node:crypto';
import { FaultBoard } from '../faults/fault-board.js';
import { shuffle } from '../faults/seeded-shuffle.js';
import type { Delivery, DeliveryEndpoint, DeliverySettings } from './delivery.types.js';

const REMEMBERED_DELIVERIES = 5000;

/**
 * Sends events at least once. First tries leave one after the other in the order of their creation, so that without a
 * fault the receiver sees the natural order; under a reorder fault a batch is shuffled and sent in parallel. Retries
 * run beside that and hold nobody up.
 */
export class WebhookDeliverer {
  private readonly endpoints = new Map<string, DeliveryEndpoint>();
  private deliveries: Delivery[] = [];
  private queue: Delivery[] = [];
  private holding = false;
  private stopped = false;
  private pump: Promise<void> | undefined;
  private readonly retries = new Set<Promise<void>>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly aborts = new Set<AbortController>();

  constructor(
    private readonly settings: DeliverySettings,
    private readonly faults: FaultBoard,
    private readonly changed: () => void,
  ) {}

  register(name: string, endpoint: DeliveryEndpoint): void {
    this.endpoints.set(name, endpoint);
  }

  /** @throws Error for a provider that the sandbox does not play. */
  endpoint(name: string): DeliveryEndpoint {
    const endpoint = this.endpoints.get(name);
    if (!endpoint) throw new Error(`There is no webhook of ${name}`);
    return endpoint;
  }

  enqueue(endpoint: string, event: { readonly id: string; readonly type: string; readonly body: string }): void {
    const receiver = this.endpoints.get(endpoint);
    if (!receiver?.url()) return;
    const delivery = this.toDelivery(endpoint, event);
    const copies = [delivery];
    for (const fault of this.faults.takeForEvent(event.type)) {
      if (fault.kind === 'duplicate') copies.push(this.toDelivery(endpoint, event));
      if (fault.kind === 'duplicateAsNewEvent')
        copies.push(this.toDelivery(endpoint, { type: event.type, ...receiver.reissue(event.body) }));
      if (fault.kind === 'drop') delivery.state = 'dropped';
      if (fault.kind === 'delay') delivery.notBefore = Date.now() + fault.milliseconds;
    }
    for (const copy of copies) this.add(copy);
    this.changed();
  }

  hold(): void {
    this.holding = true;
  }

  release(): void {
    this.holding = false;
    this.startPump();
  }

  /** Resolves when nothing waits for its first try. A held or delayed delivery is not waited for. */
  async firstTries(): Promise<void> {
    while (this.pump && !this.holding) await this.pump;
  }

  /** Resolves when nothing is in flight or due at once. */
  async idle(): Promise<void> {
    for (;;) {
      await this.firstTries();
      if (this.retries.size === 0) return;
      await Promise.all(this.retries);
    }
  }

  list(): readonly Delivery[] {
    return this.deliveries;
  }

  restore(deliveries: readonly Delivery[]): void {
    this.clear();
    for (const delivery of deliveries) {
      this.deliveries.push(delivery);
      if (delivery.state === 'pending') this.retryLater(delivery, Math.max(0, delivery.notBefore - Date.now()));
    }
  }

  clear(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
    this.deliveries = [];
    this.queue = [];
  }

  async stop(): Promise<void> {
    this.stopped = true;
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
    this.queue = [];
    for (const abort of this.aborts) abort.abort();
    await this.pump;
    await Promise.all(this.retries);
  }

  private toDelivery(endpoint: string, event: { id: string; type: string; body: string }): Delivery {
    return {
      id: `delivery_${randomUUID()}`,
      endpoint,
      event: event.id,
      type: event.type,
      body: event.body,
      state: 'pending',
      notBefore: 0,
      tries: [],
    };
  }

  private add(delivery: Delivery): void {
    this.deliveries.push(delivery);
    this.forgetOldest();
    if (delivery.state !== 'pending') return;
    if (delivery.notBefore > Date.now()) {
      this.retryLater(delivery, delivery.notBefore - Date.now());
      return;
    }
    this.queue.push(delivery);
    this.startPump();
  }

  private startPump(): void {
    if (this.pump || this.holding || this.stopped || this.queue.length === 0) return;
    this.pump = this.drain().finally(() => {
      this.pump = undefined;
      this.startPump();
    });
  }

  private async drain(): Promise<void> {
    // Everything that the same synchronous piece of work creates belongs to one batch.
    await Promise.resolve();
    while (this.queue.length > 0 && !this.holding && !this.stopped) {
      const seed = this.faults.takeReorderSeed();
      if (seed === undefined) {
        await this.attempt(this.queue.shift()!);
        continue;
      }
      const batch = shuffle(this.queue.splice(0), seed);
      await Promise.all(batch.map((delivery) => this.attempt(delivery)));
    }
  }

  private async attempt(delivery: Delivery): Promise<void> {
    const endpoint = this.endpoints.get(delivery.endpoint);
    const url = endpoint?.url();
    if (!endpoint || !url || delivery.state !== 'pending') return;
    if (endpoint.refresh) delivery.body = endpoint.refresh(delivery.body);
    const outcome = await this.send(url, endpoint.headers({ id: delivery.event, body: delivery.body }), delivery.body);
    if (this.stopped && outcome.status === null) return; // stays pending: the next start tries again
    delivery.tries.push({ at: new Date().toISOString(), ...outcome });
    if (outcome.status !== null && outcome.status >= 200 && outcome.status < 300) delivery.state = 'delivered';
    else this.planRetry(delivery);
    this.changed();
  }

  private planRetry(delivery: Delivery): void {
    const wait = this.settings.backoff[delivery.tries.length - 1];
    if (wait === undefined) {
      delivery.state = 'given_up';
      return;
    }
    delivery.notBefore = Date.now() + wait;
    this.retryLater(delivery, wait);
  }

  private retryLater(delivery: Delivery, wait: number): void {
    if (this.stopped) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      const retry = this.attempt(delivery).finally(() => this.retries.delete(retry));
      this.retries.add(retry);
    }, wait);
    timer.unref();
    this.timers.add(timer);
  }

  private async send(url: string, headers: Record<string, string>, body: string) {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), this.settings.timeoutMilliseconds);
    this.aborts.add(abort);
    try {
      const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal: abort.signal });
      await response.arrayBuffer();
      return { status: response.status, error: null };
    } catch (error) {
      return { status: null, error: (error as Error).message };
    } finally {
      clearTimeout(timer);
      this.aborts.delete(abort);
    }
  }

  /** A long run must not keep every body for ever; what is not delivered yet is never forgotten. */
  private forgetOldest(): void {
    if (this.deliveries.length <= REMEMBERED_DELIVERIES) return;
    const excess = this.deliveries.length - REMEMBERED_DELIVERIES;
    let dropped = 0;
    this.deliveries = this.deliveries.filter((delivery) => {
      if (dropped >= excess || delivery.state === 'pending') return true;
      dropped += 1;
      return false;
    });
  }
}
