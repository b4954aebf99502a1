import { ApiProperty } from '@nestjs/swagger';
import { IsDefined, IsIn, IsInt, IsUUID, Matches, Max, Min, ValidateIf } from 'class-validator';
import { IfGiven, IsForeignId, IsNested } from '../../common/http/index.js';
import { IsTerms } from './is-terms.decorator.js';

const METHOD_KINDS = ['saved_card', 'new_card', 'pix'] as const;

export class BoughtOfferPathDto {
  @ApiProperty({ example: '0b9f6a4e-7f0b-4f65-8c8e-9a6f3d1c2b10', description: 'The offer that was bought' })
  @IsUUID()
  offer_uuid: string;
}

export class StepDto {
  @ApiProperty({ example: '6d1c0a52-9f0e-4bb5-a6a4-1a0e8f6c7d21', description: '`step.id` of the page that is shown' })
  @IsUUID()
  step: string;
}

export class QuoteRequestDto extends StepDto {
  @ApiProperty({ example: '3f7b3b0e-1c35-4a5d-8a53-2b7c9d6e4f10', description: 'One of the offers of the step' })
  @IsUUID()
  offer_uuid: string;
}

export class PaymentMethodDto {
  @ApiProperty({ enum: METHOD_KINDS })
  @IsIn(METHOD_KINDS)
  kind: (typeof METHOD_KINDS)[number];

  @ApiProperty({
    required: false,
    example: 'pm_1QxGrW2eZvKYlo2C',
    description: 'Of `saved_card`, as the offer lists it',
  })
  @ValidateIf((method: PaymentMethodDto) => method.kind === 'saved_card' || method.card_id !== undefined)
  @IsForeignId()
  card_id?: string;

  @ApiProperty({ required: false, example: '12345678909', description: 'Of `pix`: CPF or CNPJ, digits only' })
  @IfGiven()
  @Matches(/^(\d{11}|\d{14})$/, { message: 'tax_id must be 11 (CPF) or 14 (CNPJ) digits' })
  tax_id?: string;
}

/** No amount: what is charged is what the digest stands for. */
export class PaymentDto extends QuoteRequestDto {
  @ApiProperty({ type: PaymentMethodDto })
  @IsDefined()
  @IsNested(() => PaymentMethodDto)
  method: PaymentMethodDto;

  @ApiProperty({ required: false, type: 'integer', minimum: 1, maximum: 24, default: 1 })
  @IfGiven()
  @IsInt()
  @Min(1)
  @Max(24)
  installments?: number;

  @ApiProperty({
    example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    description: '`terms` of the offer, or of the quote where one is required: what the customer agreed to',
  })
  @IsTerms()
  terms: string;

  @ApiProperty({
    required: false,
    example: 'c7d9a1de-5b3c-4a0e-9d43-6b2f2f0a9e11',
    description: 'Where one is required',
  })
  @IfGiven()
  @IsUUID()
  quote_id?: string;
}
