import { Injectable, Logger } from '@nestjs/common';
import type { ProviderFact } from '../../billing-providers/index.js';
import { UnitOfWork } from '../../common/database/index.js';
import { Jobs } from '../../common/jobs/index.js';
import { computeFoldableUntil, foldFacts } from '../domain/fold.js';
import { FactContext } from '../fact-context.js';
import { FactRepository, type StreamSubject } from '../persistence/fact.repository.js';

const FOLD_OLD_FACTS = 'subscription.fold-old-facts';
const EVERY_NIGHT = '17 3 * * *';
const STREAMS_PER_RUN = 10_000;
const OLDEST_KEPT_MILLISECONDS = 40 * 86_400_000;

/** Keeps streams short: facts older than 40 days and two periods become part of their base. What comes later is too late. */
@Injectable()
export class FactFolding {
  private readonly logger = new Logger(FactFolding.name);

  constructor(
    private readonly facts: FactRepository,
    private readonly context: FactContext,
    private readonly unitOfWork: UnitOfWork,
    jobs: Jobs,
  ) {
    jobs.register(FOLD_OLD_FACTS, () => this.run(new Date()));
    jobs.schedule(FOLD_OLD_FACTS, EVERY_NIGHT);
  }

  /** @param now system time: provider time never runs ahead of it outside a sandbox */
  async run(now: Date): Promise<void> {
    const before = new Date(now.getTime() - OLDEST_KEPT_MILLISECONDS);
    const streams = await this.facts.findStreamsWithOldFacts(before, STREAMS_PER_RUN);
    let folded = 0;
    for (const stream of streams) {
      try {
        if (await this.fold(stream)) folded++;
      } catch (error) {
        // One stream must not keep the others from being folded; this one is tried again tomorrow.
        this.logger.error({ message: 'old facts could not be folded away', ...stream, error: String(error) });
      }
    }
    this.logger.log({ message: 'old facts folded away', streams: folded });
  }

  private fold(subject: StreamSubject): Promise<boolean> {
    return this.unitOfWork.run(async (tx) => {
      const [stream] = await this.facts.lockStreams(tx, [subject]);
      const until = stream && computeFoldableUntil(stream.facts);
      if (!stream || until === undefined) return false;
      const plans = await this.context.loadPlans([], [stream], tx);
      const { effects } = foldFacts(stream.base, stream.facts, plans);
      // A reading that newer facts overtook must not count again once it stands at the end of its half.
      const isOvertaken = ({ eventId }: ProviderFact) => {
        const effect = effects.get(eventId);
        return effect?.result === 'ignored' && effect.reason === 'superseded';
      };
      const old = stream.facts.filter((fact) => fact.occurredAt < until && !isOvertaken(fact));
      await this.facts.foldAway(tx, stream.id, foldFacts(stream.base, old, plans).state, until);
      return true;
    });
  }
}
