import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsISO4217CurrencyCode, IsString, Length } from 'class-validator';
import { IfGiven } from '../../common/http/index.js';
import { PAYMENT_PROVIDERS, type PaymentProvider } from '../../identity/index.js';
import type { MethodProblem } from '../domain/check-method.js';

const PROBLEMS = ['expired', 'not_reusable', 'currency_not_supported'] as const satisfies readonly MethodProblem[];

export class ListPaymentMethodsDto {
  @ApiPropertyOptional({ enum: PAYMENT_PROVIDERS, description: 'All where they are a customer when absent' })
  @IfGiven()
  @IsIn(PAYMENT_PROVIDERS)
  provider?: PaymentProvider;

  @ApiPropertyOptional({ example: 'BRL', description: 'ISO 4217: which cards pay in it is looked at too' })
  @IfGiven()
  @IsISO4217CurrencyCode()
  currency?: string;
}

class MethodReasonDto {
  @ApiProperty({ enum: PROBLEMS })
  code: MethodProblem;

  @ApiProperty({ example: 'This card has expired.', description: 'For the customer' })
  message: string;
}

class SavedMethodDto {
  @ApiProperty({ example: 'pm_1QxGrW2eZvKYlo2C', description: 'The `method_id` of a cross-sell' })
  id: string;

  @ApiProperty({ example: 'visa' })
  brand: string;

  @ApiProperty({ example: '4242' })
  last4: string;

  @ApiProperty({ type: 'integer', example: 12 })
  expiry_month: number;

  @ApiProperty({ type: 'integer', example: 2030 })
  expiry_year: number;

  @ApiProperty({ description: 'By one click, as far as can be known before' })
  usable: boolean;

  @ApiProperty({ type: [MethodReasonDto], description: 'Why not' })
  reasons: readonly MethodReasonDto[];
}

class ProviderMethodsDto {
  @ApiProperty({ enum: PAYMENT_PROVIDERS })
  provider: PaymentProvider;

  @ApiProperty({ type: [SavedMethodDto], description: 'As the provider orders them: its default first' })
  methods: readonly SavedMethodDto[];

  @ApiProperty({ description: 'POST update-page opens the provider’s own page for changing them' })
  can_update: boolean;
}

export class PaymentMethodsDto {
  @ApiProperty({ type: [ProviderMethodsDto], description: 'Of each provider where they are a customer' })
  providers: readonly ProviderMethodsDto[];
}

export class UpdatePageDto {
  @ApiProperty({
    required: false,
    enum: PAYMENT_PROVIDERS,
    description: 'The first where they are a customer when absent',
  })
  @IfGiven()
  @IsIn(PAYMENT_PROVIDERS)
  provider?: PaymentProvider;

  @ApiProperty({ example: 'http://127.0.0.1:3020/', description: 'Of an allowed origin' })
  @IsString()
  @Length(1, 2000)
  return_url: string;
}

export class MethodsPageDto {
  @ApiProperty({ description: 'Send the customer there at once. A credential: not to be stored or logged' })
  url: string;
}
