import { Injectable } from '@nestjs/common';
import type { Phase } from '../domain/run.js';
import type { PhaseSteps } from '../phase.js';
import { ApplyPhase } from './apply.js';
import { PaymentContext } from './payment-context.js';
import { PaymentsPhase } from './payments.js';
import { ReturnedPhase } from './returned.js';
import { SubscriptionsPhase, UnseenSubscriptionsPhase, WishesPhase } from './subscriptions.js';
import { UnseenChargesPhase } from './unseen-charges.js';

/** Who does which phase of a run. */
@Injectable()
export class Phases {
  private readonly steps: Readonly<Record<Phase, PhaseSteps>>;

  constructor(
    payments: PaymentContext,
    subscriptions: SubscriptionsPhase,
    unseenSubscriptions: UnseenSubscriptionsPhase,
    wishes: WishesPhase,
    unseenCharges: UnseenChargesPhase,
    apply: ApplyPhase,
  ) {
    this.steps = {
      subscriptions,
      unseen_subscriptions: unseenSubscriptions,
      wishes,
      payments: new PaymentsPhase('payments', payments),
      checkouts: new PaymentsPhase('checkouts', payments),
      unseen_charges: unseenCharges,
      refunds: new ReturnedPhase('refunds', payments),
      disputes: new ReturnedPhase('disputes', payments),
      apply,
    };
  }

  of(phase: Phase): PhaseSteps {
    return this.steps[phase];
  }
}
