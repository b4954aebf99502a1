import { Injectable } from '@nestjs/common';
import { ChargingService, type ChargeAttempt } from '../../charging/index.js';
import { toAttemptSide } from '../domain/compare-payment.js';
import type { FoundDifference } from '../domain/difference.js';
import { attemptSubject, NOTHING, type PhaseContext, type PhaseSteps, type StepResult } from '../phase.js';
import { RunRepository } from '../persistence/run.repository.js';

const PAGE = 100;

/** Charges that we believe were paid, and that were in no list: each is asked for by its payment. */
@Injectable()
export class UnseenChargesPhase implements PhaseSteps {
  constructor(
    private readonly charging: ChargingService,
    private readonly runs: RunRepository,
  ) {}

  async step({ run, provider, pace }: PhaseContext, cursor: string | null): Promise<StepResult> {
    const page = await this.charging.listSucceeded(provider.name, cursor, PAGE);
    const recent = page.filter(({ createdAt }) => createdAt >= run.since);
    const seen = await this.runs.findSighted(
      run.id,
      recent.map(({ uuid }) => attemptSubject(uuid)),
    );
    const differences: FoundDifference[] = [];
    for (const attempt of recent) {
      const { paymentId } = attempt.references;
      if (paymentId === undefined || seen.has(attemptSubject(attempt.uuid))) continue;
      const found = await pace.call(() => provider.findPayment({ paymentId }));
      if (found?.paid) continue;
      differences.push(toDifference(attempt, paymentId, found !== undefined));
    }
    const isOver = page.length < PAGE || recent.length < page.length;
    return { ...NOTHING, differences, next: isOver ? null : (page.at(-1)?.id ?? null) };
  }
}

const toDifference = (attempt: ChargeAttempt, paymentId: string, exists: boolean): FoundDifference => ({
  type: exists ? 'charge_not_succeeded' : 'charge_missing',
  providerId: paymentId,
  ourId: attempt.uuid,
  ours: toAttemptSide(attempt),
  theirs: exists ? { payment_id: paymentId, status: 'not_paid' } : null,
});
