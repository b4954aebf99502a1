import { Body, Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ControlError } from '../http/control-error.js';
import { StateFile } from '../state/state-file.js';
import { DodoStore } from './objects/dodo-store.js';
import { isSettled, PaymentTaking } from './objects/payment-taking.js';
import { DECLINED } from './objects/test-cards.js';
import type { Dispute, Payment } from './objects/wire-types.js';
import { DISPUTE_STEPS, DisputeError, DodoDisputes, type DisputeStep } from './payments/disputes.js';

type Json = Record<string, unknown>;

/** What happens outside of Dodo's API: banks. No key, as every control route. */
@Controller('sandbox/dodo')
export class DodoControlController {
  constructor(
    @Inject(DodoStore) private readonly store: DodoStore,
    @Inject(PaymentTaking) private readonly payments: PaymentTaking,
    @Inject(DodoDisputes) private readonly disputes: DodoDisputes,
    @Inject(StateFile) private readonly stateFile: StateFile,
  ) {}

  /** The bank of a payment that takes its time answers now. */
  @Post('payments/:id/settle')
  @HttpCode(200)
  settle(@Param('id') id: string, @Body() body: Json | undefined): Payment {
    const status = body?.status;
    if (status !== 'succeeded' && status !== 'failed') throw new ControlError('status is succeeded or failed');
    const payment = this.store.find('payment', id);
    if (!payment) throw new ControlError('There is no such payment');
    if (isSettled(payment)) throw new ControlError('The payment is settled');
    this.payments.settleOpen(payment, status === 'failed' ? DECLINED : undefined);
    this.stateFile.markChanged();
    return payment;
  }

  @Post('disputes')
  @HttpCode(200)
  openDispute(@Body() body: Json | undefined): Dispute {
    const { payment_id: payment, amount } = body ?? {};
    if (amount !== undefined && typeof amount !== 'number') throw new ControlError('amount is a number');
    return this.decide(() => this.disputes.open(String(payment), amount));
  }

  @Post('disputes/:id/close')
  @HttpCode(200)
  stepDispute(@Param('id') id: string, @Body() body: Json | undefined): Dispute {
    const step = DISPUTE_STEPS.find((known): known is DisputeStep => known === body?.status);
    if (!step) throw new ControlError(`status is one of ${DISPUTE_STEPS.join(', ')}`);
    return this.decide(() => this.disputes.step(id, step));
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
