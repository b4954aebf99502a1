import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsBoolean, IsInt, IsOptional, IsUUID, Max, Min } from 'class-validator';
import { IsText, LARGEST_INTEGER } from '../../common/http/index.js';
import { FUNNEL_RULES, type FunnelRule } from '../domain/funnel-problem.js';
import { FUNNEL_LEVELS, STEP_KINDS, type FunnelLevel, type StepKind } from '../domain/funnel.js';
import { StepTextsDto } from './funnel-draft.dto.js';

export class FunnelIdPathDto {
  @ApiProperty({ example: '5f0c6f0e-3f1c-4f4b-8a53-0a4f2f9c1d11' })
  @IsUUID()
  id: string;
}

export class FunnelVersionPathDto extends FunnelIdPathDto {
  @ApiProperty({ type: 'integer', example: 3 })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(LARGEST_INTEGER)
  number: number;
}

export class PublishFunnelDto {
  @ApiProperty({ type: String, required: false, nullable: true, example: 'Presets before the course' })
  @IsOptional()
  @IsText(500)
  note?: string | null;
}

export class RollBackFunnelDto {
  @ApiProperty({ type: 'integer', example: 2, description: 'Number of the version that becomes current again' })
  @IsInt()
  @Min(1)
  @Max(LARGEST_INTEGER)
  version: number;
}

export class UpsellSwitchDto {
  @ApiProperty({ description: 'Whether every funnel is stopped' })
  @IsBoolean()
  is_killed: boolean;
}

export class FunnelProblemDto {
  @ApiProperty({ type: 'integer', nullable: true, example: 0, description: 'Position; null: the funnel as a whole' })
  step: number | null;

  @ApiProperty({ enum: FUNNEL_RULES, example: 'offer_inactive' })
  rule: FunnelRule;

  @ApiProperty({ example: 'Offer presets is not active.', description: 'For a developer, in English' })
  message: string;
}

export class FunnelStepDto {
  @ApiProperty({ enum: STEP_KINDS })
  kind: StepKind;

  @ApiProperty({
    type: [String],
    example: ['presets'],
    description: 'Codes of offers, in the order in which they are shown',
  })
  offers: string[];

  @ApiProperty({ type: 'integer', nullable: true, example: 1 })
  next_on_accept: number | null;

  @ApiProperty({ type: 'integer', nullable: true, example: 2 })
  next_on_decline: number | null;

  @ApiProperty({ type: StepTextsDto })
  texts: StepTextsDto;

  @ApiProperty({ type: String, nullable: true })
  image: string | null;

  @ApiProperty({ type: 'integer', nullable: true, example: 900 })
  countdown_seconds: number | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  external_url: string | null;
}

export class FunnelDto {
  @ApiProperty({ example: '5f0c6f0e-3f1c-4f4b-8a53-0a4f2f9c1d11' })
  id: string;

  @ApiProperty({ enum: FUNNEL_LEVELS, description: 'The funnel of an offer overrides the one of its product' })
  level: FunnelLevel;

  @ApiProperty({ example: 'camera-course', description: 'Code of the offer or product that leads into the funnel' })
  code: string;

  @ApiProperty({ description: 'Stopped by its own switch' })
  is_killed: boolean;

  @ApiProperty({ type: 'integer', nullable: true, example: 3, description: 'The version that customers are shown' })
  published_version: number | null;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  @ApiProperty({ format: 'date-time' })
  updated_at: string;
}

class DraftDto {
  @ApiProperty({ type: [FunnelStepDto] })
  steps: FunnelStepDto[];
}

export class FunnelWithDraftDto extends FunnelDto {
  @ApiProperty({ type: DraftDto })
  draft: DraftDto;

  @ApiProperty({ type: [FunnelProblemDto], description: 'What keeps the draft from being published now' })
  problems: FunnelProblemDto[];
}

export class FunnelVersionDto {
  @ApiProperty({ type: 'integer', example: 3 })
  number: number;

  @ApiProperty({ type: String, nullable: true, example: 'Presets before the course' })
  note: string | null;

  @ApiProperty({ example: 'upl_Zk3v9QpA', description: 'Prefix of the API key' })
  published_by: string;

  @ApiProperty({ format: 'date-time' })
  published_at: string;

  @ApiProperty({ description: 'Whether it is what customers are shown now' })
  is_current: boolean;
}

export class PublishedStepDto extends FunnelStepDto {
  @ApiProperty({ example: '0b5c6f0e-3f1c-4f4b-8a53-0a4f2f9c1d11' })
  id: string;
}

export class FunnelVersionWithStepsDto extends FunnelVersionDto {
  @ApiProperty({ type: [PublishedStepDto], description: 'By position' })
  steps: PublishedStepDto[];
}

export class UnshownOfferDto {
  @ApiProperty({ type: 'integer', example: 0, description: 'Position' })
  step: number;

  @ApiProperty({ example: 'presets' })
  offer: string;

  @ApiProperty({ enum: ['inactive', 'not_payable'] })
  reason: 'inactive' | 'not_payable';
}

export class RolledBackFunnelDto extends FunnelVersionWithStepsDto {
  @ApiProperty({
    type: [UnshownOfferDto],
    description: 'Offers that customers are not shown now, because the catalogue has changed since the publication',
  })
  skipped_offers: UnshownOfferDto[];
}
