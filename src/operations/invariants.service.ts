import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock/index.js';
import { Invariants, type InvariantResult } from '../common/invariants/index.js';

export interface InvariantReport {
  /** Product time. */
  readonly checkedAt: Date;
  readonly results: readonly InvariantResult[];
}

/** Looks whether what the modules promise of their rows is so. */
@Injectable()
export class InvariantsService {
  constructor(
    private readonly invariants: Invariants,
    private readonly clock: Clock,
  ) {}

  async look(): Promise<InvariantReport> {
    const checkedAt = this.clock.now();
    return { checkedAt, results: await this.invariants.evaluate(checkedAt) };
  }
}
