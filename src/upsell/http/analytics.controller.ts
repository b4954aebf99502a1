import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../common/http/index.js';
import { AdminRoute } from '../../identity/index.js';
import { AnalyticsService, type AnalyticsItem, type AnalyticsQuestion } from '../analytics.service.js';
import { AnalyticsDto, AnalyticsQueryDto, type AnalyticsItemDto, type AnalyticsVersionDto } from './analytics.dto.js';

@ApiTags('admin: upsell analytics')
@AdminRoute()
@Controller('api/v1/admin/upsell-analytics')
export class AnalyticsController {
  constructor(private readonly analytics: AnalyticsService) {}

  @Get()
  @ApiOperation({
    summary: 'How the upsells do',
    description:
      'Counts what happened from `from` on and before `to`, at most 400 days: an event belongs to its own moment, so a ' +
      'refund counts in the period in which it was made. What happened to a step as a whole (it was shown, declined, or ' +
      'ran out) counts for each of its offers when offers are asked about, so that each has a take rate: with ' +
      '`group_by=offer` such counts must not be added up over the offers of one step.',
  })
  @ApiOkResponse({ type: AnalyticsDto })
  @ApiProblems('offer_not_found', 'funnel_not_found', 'validation_failed')
  async get(@Query() query: AnalyticsQueryDto): Promise<AnalyticsDto> {
    const { from, to, items } = await this.analytics.count(toQuestion(query));
    const period = { from: from.toISOString(), to: to.toISOString() };
    return { ...period, group_by: query.group_by, items: items.map(toItem) };
  }
}

const toQuestion = (query: AnalyticsQueryDto): AnalyticsQuestion => ({
  from: query.from === undefined ? undefined : new Date(query.from),
  to: query.to === undefined ? undefined : new Date(query.to),
  grouping: query.group_by,
  offerCode: query.offer,
  funnelUuid: query.funnel,
});

const toVersion = (version: NonNullable<AnalyticsItem['version']>): AnalyticsVersionDto => ({
  funnel_id: version.funnelUuid,
  funnel_level: version.level,
  funnel_code: version.funnelCode,
  version: version.number,
});

const toItem = ({ step, version, offer, day, ...figures }: AnalyticsItem): AnalyticsItemDto => ({
  ...(step && {
    step: {
      id: step.stepUuid,
      position: step.position,
      kind: step.kind,
      headline: step.headline,
      ...toVersion(step),
    },
  }),
  ...(version && { version: toVersion(version) }),
  ...(offer && { offer: { id: offer.uuid, code: offer.code, name: offer.name } }),
  ...(day !== undefined && { day }),
  impressions: figures.impressions,
  accepts: figures.accepts,
  declines: figures.declines,
  failures: figures.failures,
  fallbacks: figures.fallbacks,
  expiries: figures.expiries,
  paid: figures.paid,
  take_rate: figures.takeRate,
  revenue: figures.revenue.map(({ perImpression, ...revenue }) => ({
    ...revenue,
    revenue_per_impression: perImpression,
  })),
});
