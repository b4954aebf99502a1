import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsInt, IsString, Length, Max, Min, ValidateBy } from 'class-validator';
import { IfGiven, IsForeignId, LARGEST_INTEGER } from '../../common/http/index.js';
import { TRIGGER_KINDS, type TriggerKind, type TriggerStatus } from '../domain/upsell-rule.js';

const STATUSES = ['nothing', 'open', 'taken', 'declined'] as const satisfies readonly TriggerStatus[];

const MOST_CHARACTERS = 4_000;

/** Kept as it comes, and shown to nobody but the merchant: it only has to be small. */
const IsSmallObject = (): PropertyDecorator =>
  ValidateBy({
    name: 'isSmallObject',
    validator: {
      validate: (value: unknown) =>
        typeof value === 'object' &&
        value !== null &&
        !Array.isArray(value) &&
        JSON.stringify(value).length <= MOST_CHARACTERS,
      defaultMessage: () => `$property must be an object of at most ${MOST_CHARACTERS} characters of JSON`,
    },
  });

export class TellMomentDto {
  @ApiProperty({ example: 'user-42', description: 'Your id' })
  @IsForeignId()
  user_id: string;

  @ApiProperty({ required: false, example: 'team-7', description: 'Your id; any of the user’s when absent' })
  @IfGiven()
  @IsForeignId()
  group_id?: string;

  @ApiProperty({ enum: TRIGGER_KINDS })
  @IsIn(TRIGGER_KINDS)
  trigger: TriggerKind;

  @ApiProperty({ example: 'exports-100', description: 'Your name of this moment: told twice, it is one' })
  @IsForeignId()
  key: string;

  @ApiProperty({
    required: false,
    type: 'integer',
    example: 90,
    description: 'What rules compare with their `minimum`: uses, or per cent of a limit',
  })
  @IfGiven()
  @IsInt()
  @Min(0)
  @Max(LARGEST_INTEGER)
  value?: number;

  @ApiProperty({ required: false, type: Object, example: { feature: 'exports' }, description: 'Kept with it' })
  @IfGiven()
  @IsSmallObject()
  details?: object;

  @ApiProperty({
    required: false,
    example: 'http://127.0.0.1:3020/',
    description: 'Where customers come back to from a bank or a provider; the first allowed origin when absent',
  })
  @IfGiven()
  @IsString()
  @Length(1, 2000)
  return_url?: string;
}

class MomentOfferDto {
  @ApiProperty({ example: '3f7b3b0e-1c35-4a5d-8a53-2b7c9d6e4f10' })
  offer_id: string;

  @ApiProperty({ example: 'ebook' })
  offer_code: string;
}

export class MomentDto {
  @ApiProperty({ example: '9b2c1d0e-5f6a-4b7c-8d9e-0f1a2b3c4d5e' })
  id: string;

  @ApiProperty({ enum: TRIGGER_KINDS })
  trigger: TriggerKind;

  @ApiProperty({ example: 'exports-100' })
  key: string;

  @ApiProperty({ enum: STATUSES, description: 'nothing: no rule has something that can be sold to them' })
  status: TriggerStatus;

  @ApiProperty({ type: MomentOfferDto, nullable: true })
  offer: MomentOfferDto | null;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  expires_at: string | null;
}
