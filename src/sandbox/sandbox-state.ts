import { Inject, Injectable } from '@nestjs/common';
import { Agenda, type DueWork } from './clock/agenda.js';
import { VirtualClock, type ClockSetting } from './clock/virtual-clock.js';
import type { Delivery } from './delivery/delivery.types.js';
import { WebhookDeliverer } from './delivery/webhook-deliverer.js';
import { DodoStore } from './dodo/objects/dodo-store.js';
import { FaultBoard } from './faults/fault-board.js';
import { Ledger, type Movement } from './ledger/ledger.js';
import { StripeStore } from './stripe/objects/stripe-store.js';

export interface SandboxSnapshot {
  readonly clock: ClockSetting;
  readonly agenda: readonly DueWork[];
  readonly ledger: readonly Movement[];
  readonly deliveries: readonly Delivery[];
  readonly stripe: object;
  readonly dodo: object;
}

/** The whole memory of the sandbox, to save, to load and to forget. Faults belong to a test and are not saved. */
@Injectable()
export class SandboxState {
  constructor(
    @Inject(VirtualClock) private readonly clock: VirtualClock,
    @Inject(Agenda) private readonly agenda: Agenda,
    @Inject(Ledger) private readonly ledger: Ledger,
    @Inject(WebhookDeliverer) private readonly deliverer: WebhookDeliverer,
    @Inject(FaultBoard) private readonly faults: FaultBoard,
    @Inject(StripeStore) private readonly stripe: StripeStore,
    @Inject(DodoStore) private readonly dodo: DodoStore,
  ) {}

  snapshot(): SandboxSnapshot {
    return {
      clock: this.clock.toSetting(),
      agenda: this.agenda.toSetting(),
      ledger: this.ledger.list(),
      deliveries: this.deliverer.list().filter(({ state }) => state === 'pending'),
      stripe: this.stripe.toSetting(),
      dodo: this.dodo.toSetting(),
    };
  }

  restore(snapshot: SandboxSnapshot): void {
    this.clock.moveTo(snapshot.clock.at);
    this.stripe.restore(snapshot.stripe);
    this.dodo.restore(snapshot.dodo);
    this.agenda.restore(snapshot.agenda);
    this.ledger.restore(snapshot.ledger);
  }

  /** Everything but the clock, which only moves forward. */
  forget(): void {
    this.stripe.restore({});
    this.dodo.restore({});
    this.agenda.clear();
    this.ledger.restore([]);
    this.deliverer.clear();
    this.faults.clear();
  }
}
