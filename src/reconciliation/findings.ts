import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Tx } from '../common/database/index.js';
import { DIFFERENCES, type DifferenceStatus, type FoundDifference } from './domain/difference.js';
import type { Run } from './domain/run.js';
import { DifferenceRepository, type NewDifference } from './persistence/difference.repository.js';
import { ReconciliationMetrics } from './reconciliation-metrics.js';

const IN_VAIN = 'It was adopted before, and is found again.';

/** Keeps what a run finds: nobody is asked twice about the same, and what adopting does not heal is asked about. */
@Injectable()
export class Findings {
  constructor(
    private readonly differences: DifferenceRepository,
    private readonly metrics: ReconciliationMetrics,
  ) {}

  /** @returns what is to be kept of them; outside the transaction that keeps it */
  async judge(run: Run, found: readonly FoundDifference[]): Promise<readonly NewDifference[]> {
    if (found.length === 0) return [];
    const drafts = found.map(toDraft);
    const earlier = await this.differences.findEarlier(
      run.provider,
      drafts.map(({ fingerprint }) => fingerprint),
    );
    const latest = new Map(earlier.map(({ fingerprint, status }) => [fingerprint, status]));
    return drafts.flatMap((draft) => judgeOne(draft, latest.get(draft.fingerprint), run.dryRun));
  }

  async keep(tx: Tx, run: Run, found: readonly NewDifference[]): Promise<void> {
    await this.differences.insert(tx, run, found);
    tx.afterCommit(() => {
      for (const { type, action } of found) this.metrics.found(run, type, action);
    });
  }
}

function judgeOne(
  draft: NewDifference,
  earlier: DifferenceStatus | undefined,
  dryRun: boolean,
): readonly NewDifference[] {
  if (earlier === 'dismissed') return [];
  if (earlier === 'open' && !dryRun) return []; // somebody is asked about it already
  if (earlier === 'applied') return [{ ...draft, action: 'ask', note: IN_VAIN }];
  return [draft];
}

function toDraft({ type, providerId, ourId, ours, theirs, fact }: FoundDifference): NewDifference {
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([type, providerId, ours, theirs]))
    .digest('hex');
  const { action } = DIFFERENCES[type];
  return { type, action, providerId, ourId, ours, theirs, fact: fact ?? null, fingerprint, note: null };
}
