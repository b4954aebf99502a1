import { Injectable } from '@nestjs/common';
import { CatalogService, type Offer } from '../catalog/index.js';
import { Clock } from '../common/clock/index.js';
import { ApplicationError } from '../common/errors/index.js';
import { Config } from '../config/index.js';
import { computeFigures, type AnalyticsGrouping, type EventCount, type Figures } from './domain/analytics.js';
import type { FunnelLevel } from './domain/funnel.js';
import {
  AnalyticsRepository,
  type EventGroup,
  type StepName,
  type VersionName,
} from './persistence/analytics.repository.js';
import { FunnelRepository } from './persistence/funnel.repository.js';

const DAY_MILLISECONDS = 86_400_000;
const LONGEST_DAYS = 400;
const DEFAULT_DAYS = 30;

export interface AnalyticsQuestion {
  readonly from: Date | undefined;
  readonly to: Date | undefined;
  readonly grouping: AnalyticsGrouping;
  readonly offerCode: string | undefined;
  readonly funnelUuid: string | undefined;
}

/** With the code of the offer or product after which its funnel is shown. */
type Coded<Name> = Name & { readonly funnelCode: string };

/** One line of the answer: what it is about, as far as the grouping says, and its figures. */
export interface AnalyticsItem extends Figures {
  readonly version?: Coded<VersionName>;
  readonly step?: Coded<StepName>;
  readonly offer?: Offer;
  /** `YYYY-MM-DD` (UTC). */
  readonly day?: string;
}

export interface Analytics {
  readonly from: Date;
  readonly to: Date;
  readonly items: readonly AnalyticsItem[];
}

type GroupCount = EventGroup & EventCount;

/** How funnels do, counted from `upsell_events` alone. */
@Injectable()
export class AnalyticsService {
  constructor(
    private readonly config: Config,
    private readonly analytics: AnalyticsRepository,
    private readonly funnels: FunnelRepository,
    private readonly catalog: CatalogService,
    private readonly clock: Clock,
  ) {}

  /** @throws ApplicationError validation_failed, offer_not_found, funnel_not_found */
  async count(question: AnalyticsQuestion): Promise<Analytics> {
    const { from, to } = this.computePeriod(question);
    const filter = { from, to, offerId: await this.findOfferId(question), funnelUuid: await this.findFunnel(question) };
    const counts = await this.analytics.count(question.grouping, filter);
    return { from, to, items: await this.nameItems(question.grouping, computeGroups(counts)) };
  }

  private computePeriod({ from, to }: AnalyticsQuestion): { from: Date; to: Date } {
    const end = to ?? this.clock.now();
    const start = from ?? new Date(end.getTime() - DEFAULT_DAYS * DAY_MILLISECONDS);
    const days = (end.getTime() - start.getTime()) / DAY_MILLISECONDS;
    if (days > 0 && days <= LONGEST_DAYS) return { from: start, to: end };
    const message = `from must be before to, and at most ${LONGEST_DAYS} days`;
    throw new ApplicationError('validation_failed', { fields: [{ field: 'from', message }] });
  }

  private async findOfferId({ offerCode }: AnalyticsQuestion): Promise<string | null> {
    if (offerCode === undefined) return null;
    const offer = (await this.catalog.findOffersByCodes([offerCode])).get(offerCode);
    if (!offer) throw new ApplicationError('offer_not_found');
    return offer.id;
  }

  private async findFunnel({ funnelUuid }: AnalyticsQuestion): Promise<string | null> {
    if (funnelUuid === undefined) return null;
    if (!(await this.funnels.findByUuid(funnelUuid))) throw new ApplicationError('funnel_not_found');
    return funnelUuid;
  }

  private async nameItems(
    grouping: AnalyticsGrouping,
    groups: readonly (readonly GroupCount[])[],
  ): Promise<AnalyticsItem[]> {
    const keys = groups.map(([first]) => first!);
    const idsOf = (member: 'versionId' | 'offerId') => [...new Set(keys.flatMap((key) => key[member] ?? []))];
    const figures = groups.map(computeFigures);
    switch (grouping) {
      case 'step': {
        const { defaultLanguage } = this.config;
        const steps = await this.addCodes(await this.analytics.findSteps(idsOf('versionId'), defaultLanguage));
        const byPlace = new Map(steps.map((step) => [placeOf(step.versionId, step.position), step]));
        return figures.map((item, index) => {
          const { versionId, stepPosition } = keys[index]!;
          return { ...item, step: byPlace.get(placeOf(versionId, stepPosition))! };
        });
      }
      case 'version': {
        const versions = await this.addCodes(await this.analytics.findVersions(idsOf('versionId')));
        const byId = new Map(versions.map((version) => [version.versionId, version]));
        return figures.map((item, index) => ({ ...item, version: byId.get(keys[index]!.versionId!)! }));
      }
      case 'offer': {
        const offers = await this.catalog.findOffersByIds(idsOf('offerId'));
        return figures.map((item, index) => ({ ...item, offer: offers.get(keys[index]!.offerId!)! }));
      }
      case 'day':
        return figures.map((item, index) => ({ ...item, day: keys[index]!.day! }));
      default:
        return grouping satisfies never;
    }
  }

  private async addCodes<Name extends VersionName>(names: readonly Name[]): Promise<Coded<Name>[]> {
    const idsOf = (level: FunnelLevel) => [
      ...new Set(names.filter((name) => name.level === level).map(({ scopeId }) => scopeId)),
    ];
    const targets = {
      offer: await this.catalog.findOffersByIds(idsOf('offer')),
      product: await this.catalog.findProductsByIds(idsOf('product')),
    };
    return names.map((name) => ({ ...name, funnelCode: targets[name.level].get(name.scopeId)!.code }));
  }
}

const placeOf = (versionId: string | null, position: number | null): string => `${versionId} ${position}`;

/** The counts of each group together, in the order of the groups. */
function computeGroups(counts: readonly GroupCount[]): readonly (readonly GroupCount[])[] {
  const groups = new Map<string, GroupCount[]>();
  for (const count of counts) {
    const key = [count.versionId, count.stepPosition, count.offerId, count.day].join(' ');
    groups.set(key, [...(groups.get(key) ?? []), count]);
  }
  return [...groups.values()];
}
