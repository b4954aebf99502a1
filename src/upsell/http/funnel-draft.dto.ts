import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsDefined, IsIn, IsInt, IsOptional, IsUrl, Max, MaxLength, Min } from 'class-validator';
import { IsCode, IsImagePath } from '../../catalog/index.js';
import { IfGiven, IsNested, IsText } from '../../common/http/index.js';
import { STEP_KINDS, type StepKind } from '../domain/funnel.js';

const MAXIMUM_STEPS = 20;
const MAXIMUM_OFFERS = 6;
const LARGEST_POSITION = MAXIMUM_STEPS - 1;

export class FunnelCodePathDto {
  @ApiProperty({ example: 'camera-course' })
  @IsCode()
  code: string;
}

export class StepTextDto {
  @ApiProperty({ example: 'One more thing before you go' })
  @IsText(200)
  headline: string;

  @ApiProperty({ type: String, required: false, nullable: true, example: 'Only now: every preset at half the price.' })
  @IsOptional()
  @IsText(2_000)
  body?: string | null;

  @ApiProperty({ type: String, required: false, nullable: true, example: 'Yes, add it', description: 'Of the button' })
  @IsOptional()
  @IsText(80)
  accept_label?: string | null;

  @ApiProperty({ type: String, required: false, nullable: true, example: 'No, thank you' })
  @IsOptional()
  @IsText(80)
  decline_label?: string | null;
}

export class StepTextsDto {
  @ApiProperty({ type: StepTextDto, required: false })
  @IfGiven()
  @IsNested(() => StepTextDto)
  vi?: StepTextDto;

  @ApiProperty({ type: StepTextDto, required: false })
  @IfGiven()
  @IsNested(() => StepTextDto)
  'pt-BR'?: StepTextDto;

  @ApiProperty({ type: StepTextDto, required: false })
  @IfGiven()
  @IsNested(() => StepTextDto)
  en?: StepTextDto;
}

const NEXT = { type: 'integer', required: false, nullable: true, default: null } as const;

export class DraftStepDto {
  @ApiProperty({
    enum: STEP_KINDS,
    example: 'one_click',
    description:
      '`one_click`: one thing to buy. `multi_offer`: 2 to 6 offers, of which one is taken. `with_plans`: 2 to 4 plans. ' +
      '`pix_or_card`: one thing to buy, by Pix or card. `plan_upgrade`: one plan to change to. `external`: no offer, ' +
      'the customer is sent to `external_url`',
  })
  @IsIn(STEP_KINDS)
  kind: StepKind;

  @ApiProperty({ type: [String], required: false, default: [], example: ['presets'], description: 'Codes of offers' })
  @IfGiven()
  @IsArray()
  @ArrayMaxSize(MAXIMUM_OFFERS)
  @IsCode({ each: true })
  offers?: string[];

  @ApiProperty({ ...NEXT, example: null, description: 'Position of the step after an offer was taken; null: the end' })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(LARGEST_POSITION)
  next_on_accept?: number | null;

  @ApiProperty({
    ...NEXT,
    example: null,
    description: 'After a decline, and when the step cannot be shown; null: the end',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(LARGEST_POSITION)
  next_on_decline?: number | null;

  @ApiProperty({ type: StepTextsDto, description: 'By language; the default language is shown where one is missing' })
  @IsDefined()
  @IsNested(() => StepTextsDto)
  texts: StepTextsDto;

  @ApiProperty({
    type: String,
    required: false,
    nullable: true,
    example: null,
    description: 'Path of a picture: `/media/<sha256>`',
  })
  @IsOptional()
  @IsImagePath()
  image?: string | null;

  @ApiProperty({
    type: 'integer',
    required: false,
    nullable: true,
    example: 900,
    description: 'Seconds to decide, from when the step is shown',
  })
  @IsOptional()
  @IsInt()
  @Min(30)
  @Max(86_400)
  countdown_seconds?: number | null;

  @ApiProperty({ type: String, required: false, nullable: true, example: null })
  @IsOptional()
  @MaxLength(2_000)
  @IsUrl({ protocols: ['http', 'https'], require_protocol: true, require_tld: false })
  external_url?: string | null;
}

export class SaveFunnelDto {
  @ApiProperty({
    type: [DraftStepDto],
    description: 'The position of a step is its index, from 0, where customers enter. It may be unfinished.',
  })
  @IsArray()
  @ArrayMaxSize(MAXIMUM_STEPS)
  @IsNested(() => DraftStepDto, { each: true })
  steps: DraftStepDto[];
}
