import { TimeKeeper, type ClockStep } from './clock/time-keeper.js';
import { VirtualClock } from './clock/virtual-clock.js';
import { createApplication } from './create-application.js';
import type { Delivery } from './delivery/delivery.types.js';
import { WebhookDeliverer } from './delivery/webhook-deliverer.js';
import { FaultBoard } from './faults/fault-board.js';
import type { FaultControl } from './faults/fault.types.js';
import { Ledger, type Movement } from './ledger/ledger.js';
import type { SandboxOptions } from './options.js';
import { PublicAddress } from './public-address.js';
import { SandboxLifecycle } from './sandbox-lifecycle.js';

export type { ClockStep } from './clock/time-keeper.js';
export type { Delivery } from './delivery/delivery.types.js';
export type { ApiFault, DeliveryFault, FaultControl, FaultList } from './faults/fault.types.js';
export type { Movement } from './ledger/ledger.js';
export type { DodoSandboxOptions, SandboxOptions, StripeSandboxOptions } from './options.js';

export interface RunningSandbox {
  /** http://127.0.0.1:PORT */
  readonly url: string;
  /** Virtual time. */
  now(): Date;
  /** Runs everything that falls due, in the order of its time, and waits for the first try of each webhook it caused. */
  advance(step: ClockStep): Promise<void>;
  /** No delivery is in flight or due at once. */
  idle(): Promise<void>;
  /** Where the events of a provider go from now on; undefined: nowhere. Default: Stripe's. */
  setWebhook(url: string | undefined, secret?: string, provider?: 'stripe' | 'dodo'): void;
  readonly faults: FaultControl;
  /** Every movement of money, tried or done. */
  ledger(): readonly Movement[];
  deliveries(): readonly Delivery[];
  /** Stops, and saves when there is a state file. */
  close(): Promise<void>;
}

export async function startSandbox(options: SandboxOptions): Promise<RunningSandbox> {
  const application = await createApplication(options);
  const clock = application.get(VirtualClock);
  const deliverer = application.get(WebhookDeliverer);
  await application.init();
  // Past Nest's own `listen`, which would log a taken port before the caller can say it in one line.
  const url = await application
    .getHttpAdapter()
    .getInstance()
    .listen({ port: options.port ?? 0, host: '127.0.0.1' });
  application.get(PublicAddress).url = url;
  application.get(SandboxLifecycle).begin();
  let closing: Promise<void> | undefined;
  return {
    url,
    now: () => clock.now(),
    advance: (step) => application.get(TimeKeeper).advance(step),
    idle: () => deliverer.idle(),
    setWebhook: (target, secret, provider = 'stripe') => deliverer.endpoint(provider).set(target, secret),
    faults: application.get(FaultBoard),
    ledger: () => application.get(Ledger).list(),
    deliveries: () => deliverer.list(),
    close: () => (closing ??= application.close()),
  };
}
