import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { IsCode } from '../../catalog/index.js';
import { IfGiven, LARGEST_INTEGER } from '../../common/http/index.js';
import { TRIGGER_KINDS, type TriggerKind } from '../domain/upsell-rule.js';

const MOST_MINUTES = 365 * 24 * 60;

export class RulePathDto {
  @ApiProperty({ example: 'near-the-limit' })
  @IsCode()
  code: string;
}

export class PutRuleDto {
  @ApiProperty({ enum: TRIGGER_KINDS })
  @IsIn(TRIGGER_KINDS)
  trigger: TriggerKind;

  @ApiProperty({ example: 'extra-exports', description: 'What is offered' })
  @IsCode()
  offer_code: string;

  @ApiProperty({
    type: String,
    required: false,
    nullable: true,
    example: 'studio-basic',
    description: 'For customers at this plan alone',
  })
  @IsOptional()
  @IsCode()
  plan_code?: string | null;

  @ApiProperty({
    type: 'integer',
    required: false,
    nullable: true,
    example: 80,
    description: 'The trigger’s `value` has to be this high',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(LARGEST_INTEGER)
  minimum?: number | null;

  @ApiProperty({ type: 'integer', example: 1440, description: 'How long it can be taken' })
  @IsInt()
  @Min(1)
  @Max(MOST_MINUTES)
  valid_minutes: number;

  @ApiProperty({ required: false, default: true })
  @IfGiven()
  @IsBoolean()
  is_active?: boolean;
}

class RuleCountsDto {
  @ApiProperty({ type: 'integer', example: 120 })
  offered: number;

  @ApiProperty({ type: 'integer', example: 14, description: 'Paid for' })
  taken: number;

  @ApiProperty({ type: 'integer', example: 31 })
  declined: number;
}

export class RuleDto {
  @ApiProperty({ example: 'near-the-limit' })
  code: string;

  @ApiProperty({ enum: TRIGGER_KINDS })
  trigger: TriggerKind;

  @ApiProperty({ example: 'extra-exports' })
  offer_code: string;

  @ApiProperty({ type: String, nullable: true, example: 'studio-basic' })
  plan_code: string | null;

  @ApiProperty({ type: 'integer', nullable: true, example: 80 })
  minimum: number | null;

  @ApiProperty({ type: 'integer', example: 1440 })
  valid_minutes: number;

  @ApiProperty()
  is_active: boolean;

  @ApiProperty({ type: RuleCountsDto })
  counts: RuleCountsDto;
}
