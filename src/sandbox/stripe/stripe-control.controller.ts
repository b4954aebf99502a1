import { Body, Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ControlError } from '../http/control-error.js';
import { StateFile } from '../state/state-file.js';
import { DisputeError, Disputes } from './billing/disputes.js';
import { PixPayments } from './billing/pix-payments.js';
import { StripeStore } from './objects/stripe-store.js';
import type { Dispute, PaymentIntent } from './objects/wire-types.js';

type Json = Record<string, unknown>;

/** What happens outside of Stripe's API: banks. No key, as every control route. */
@Controller('sandbox/stripe')
export class StripeControlController {
  constructor(
    @Inject(StripeStore) private readonly store: StripeStore,
    @Inject(PixPayments) private readonly pix: PixPayments,
    @Inject(Disputes) private readonly disputes: Disputes,
    @Inject(StateFile) private readonly stateFile: StateFile,
  ) {}

  /** `late`: the bank took the money in time, and Stripe hears of it after the code has expired. */
  @Post('pix/:id/pay')
  @HttpCode(200)
  payPix(@Param('id') id: string, @Body() body: Json | undefined): PaymentIntent {
    const intent = this.store.find('payment_intent', id);
    if (!intent) throw new ControlError('There is no such payment intent');
    const result = this.pix.pay(intent, body?.late === true);
    if (result.kind === 'refused') throw new ControlError(result.message);
    this.stateFile.markChanged();
    return intent;
  }

  @Post('disputes')
  @HttpCode(200)
  openDispute(@Body() body: Json | undefined): Dispute {
    const { payment_intent: intent, amount } = body ?? {};
    if (amount !== undefined && typeof amount !== 'number') throw new ControlError('amount is a number');
    return this.decide(() => this.disputes.open(String(intent), amount));
  }

  @Post('disputes/:id/close')
  @HttpCode(200)
  closeDispute(@Param('id') id: string, @Body() body: Json | undefined): Dispute {
    const status = body?.status;
    if (status !== 'won' && status !== 'lost') throw new ControlError('status is won or lost');
    return this.decide(() => this.disputes.close(id, status));
  }

  private decide(work: () => Dispute): Dispute {
    try {
      const dispute = work();
      this.stateFile.markChanged();
      return dispute;
    } catch (error) {
      if (error instanceof DisputeError) throw new ControlError(error.message);
      throw error;
    }
  }
}
