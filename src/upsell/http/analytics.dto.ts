import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsUUID } from 'class-validator';
import { IsCode } from '../../catalog/index.js';
import { IsMoment } from '../../common/http/index.js';
import { ANALYTICS_GROUPINGS, type AnalyticsGrouping } from '../domain/analytics.js';
import { FUNNEL_LEVELS, STEP_KINDS, type FunnelLevel, type StepKind } from '../domain/funnel.js';

export class AnalyticsQueryDto {
  @ApiPropertyOptional({
    example: '2026-05-01',
    description: 'From this day (UTC) or moment on; 30 days before `to` when left out',
  })
  @IsOptional()
  @IsMoment()
  from?: string;

  @ApiPropertyOptional({ example: '2026-06-01', description: 'Before this day or moment; now when left out' })
  @IsOptional()
  @IsMoment()
  to?: string;

  @ApiPropertyOptional({ enum: ANALYTICS_GROUPINGS, default: 'step' })
  @IsOptional()
  @IsIn(ANALYTICS_GROUPINGS)
  group_by: AnalyticsGrouping = 'step';

  @ApiPropertyOptional({ example: 'presets', description: 'Code of an offer that a step shows: only what is about it' })
  @IsOptional()
  @IsCode()
  offer?: string;

  @ApiPropertyOptional({ example: '5f0c6f0e-3f1c-4f4b-8a53-0a4f2f9c1d11', description: 'Id of a funnel: only its own' })
  @IsOptional()
  @IsUUID()
  funnel?: string;
}

export class AnalyticsVersionDto {
  @ApiProperty({ example: '5f0c6f0e-3f1c-4f4b-8a53-0a4f2f9c1d11' })
  funnel_id: string;

  @ApiProperty({ enum: FUNNEL_LEVELS, description: 'Whether the funnel belongs to an offer or to a product' })
  funnel_level: FunnelLevel;

  @ApiProperty({ example: 'camera-course', description: 'Code of the offer or product that the funnel belongs to' })
  funnel_code: string;

  @ApiProperty({ type: 'integer', example: 3, description: 'Number of the version' })
  version: number;
}

class AnalyticsStepDto extends AnalyticsVersionDto {
  @ApiProperty({ example: '0b5c6f0e-3f1c-4f4b-8a53-0a4f2f9c1d11' })
  id: string;

  @ApiProperty({ type: 'integer', example: 0, description: 'From 0, where customers enter' })
  position: number;

  @ApiProperty({ enum: STEP_KINDS })
  kind: StepKind;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'One more thing before you go',
    description: 'In the default language (`DEFAULT_LANGUAGE`); null: the step has none there',
  })
  headline: string | null;
}

class AnalyticsOfferDto {
  @ApiProperty({ example: '7b0c1a52-6f0e-4d53-9f0e-2d6b7d0a9a11' })
  id: string;

  @ApiProperty({ example: 'presets' })
  code: string;

  @ApiProperty({ example: '40 presets' })
  name: string;
}

class AnalyticsRevenueDto {
  @ApiProperty({ example: 'BRL' })
  currency: string;

  @ApiProperty({ type: 'integer', example: 49_800, description: 'Paid, in minor units' })
  gross: number;

  @ApiProperty({ type: 'integer', example: 4_900, description: 'Given back in the period, in minor units' })
  refunded: number;

  @ApiProperty({ type: 'integer', example: 44_900, description: '`gross` less `refunded`; it may be below zero' })
  net: number;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: 374.17,
    description: '`net` for each impression, in minor units, to two decimals; null without impressions',
  })
  revenue_per_impression: number | null;
}

export class AnalyticsItemDto {
  @ApiPropertyOptional({ type: AnalyticsStepDto, description: 'With `group_by=step`' })
  step?: AnalyticsStepDto;

  @ApiPropertyOptional({ type: AnalyticsOfferDto, description: 'With `group_by=offer`: what was offered' })
  offer?: AnalyticsOfferDto;

  @ApiPropertyOptional({ type: AnalyticsVersionDto, description: 'With `group_by=version`' })
  version?: AnalyticsVersionDto;

  @ApiPropertyOptional({ example: '2026-05-03', description: 'With `group_by=day`: the day in UTC' })
  day?: string;

  @ApiProperty({
    type: 'integer',
    example: 120,
    description: 'Sessions that were shown the step, each once; of several steps: their sum',
  })
  impressions: number;

  @ApiProperty({ type: 'integer', example: 20, description: 'Offers that were accepted, paid in the end or not' })
  accepts: number;

  @ApiProperty({ type: 'integer', example: 90, description: 'Steps that were declined' })
  declines: number;

  @ApiProperty({ type: 'integer', example: 3, description: 'Payments that failed' })
  failures: number;

  @ApiProperty({
    type: 'integer',
    example: 2,
    description: 'Other ways to pay (a new card, Pix) that were tried after a payment had failed',
  })
  fallbacks: number;

  @ApiProperty({ type: 'integer', example: 5, description: 'Steps whose time ran out before a decision' })
  expiries: number;

  @ApiProperty({ type: 'integer', example: 18, description: 'Offers that were paid' })
  paid: number;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: 0.15,
    description: '`paid` / `impressions`; null without impressions',
  })
  take_rate: number | null;

  @ApiProperty({ type: [AnalyticsRevenueDto], description: 'By currency; amounts are never converted' })
  revenue: AnalyticsRevenueDto[];
}

export class AnalyticsDto {
  @ApiProperty({ format: 'date-time' })
  from: string;

  @ApiProperty({ format: 'date-time' })
  to: string;

  @ApiProperty({ enum: ANALYTICS_GROUPINGS })
  group_by: AnalyticsGrouping;

  @ApiProperty({
    type: [AnalyticsItemDto],
    description: 'What had any event: by version (newest first) and position, by offer, or by day',
  })
  items: AnalyticsItemDto[];
}
