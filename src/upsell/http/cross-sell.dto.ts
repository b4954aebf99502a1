import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsISO4217CurrencyCode, IsString, IsUUID, Length } from 'class-validator';
import { IfGiven, IsForeignId } from '../../common/http/index.js';
import { PAYMENT_PROVIDERS, type PaymentProvider } from '../../identity/index.js';
import { IsTerms } from './is-terms.decorator.js';
import { SaleDto } from './sales.dto.js';

const STATUSES = ['paid', 'checkout', 'authenticate', 'pix', 'processing', 'failed', 'expired'] as const;
const AMOUNT = { type: 'integer', example: 1900, description: 'Minor units of `currency`' } as const;
const CURRENCY = { example: 'USD', description: 'ISO 4217' };
const OFFER = { example: '3f7b3b0e-1c35-4a5d-8a53-2b7c9d6e4f10' };

export class CrossSellPathDto {
  @ApiProperty({ example: '6a1d5c2e-90a4-4a0e-8f6d-1f6f2b7f3c55' })
  @IsUUID()
  id: string;
}

export class OfferPathDto {
  @ApiProperty(OFFER)
  @IsUUID()
  offer_id: string;
}

export class LookAtOfferDto {
  @ApiPropertyOptional({ example: 'team-7', description: 'Needed for plans by users of several groups' })
  @IfGiven()
  @IsForeignId()
  group_id?: string;

  @ApiPropertyOptional({ enum: PAYMENT_PROVIDERS, description: 'Where they are a customer when absent' })
  @IfGiven()
  @IsIn(PAYMENT_PROVIDERS)
  provider?: PaymentProvider;

  @ApiPropertyOptional(CURRENCY)
  @IfGiven()
  @IsISO4217CurrencyCode()
  currency?: string;
}

class ChargedCardDto {
  @ApiProperty({ example: 'pm_1QxGrW2eZvKYlo2C' })
  id: string;

  @ApiProperty({ example: 'visa' })
  brand: string;

  @ApiProperty({ example: '4242' })
  last4: string;
}

export class OfferLookDto {
  @ApiProperty(OFFER)
  offer_id: string;

  @ApiProperty({ example: 'Preset pack' })
  name: string;

  @ApiProperty({ enum: PAYMENT_PROVIDERS })
  provider: PaymentProvider;

  @ApiProperty({ ...AMOUNT, nullable: true, description: 'Minor units; null where it is not sold there' })
  amount: number | null;

  @ApiProperty({ type: String, nullable: true, example: 'USD' })
  currency: string | null;

  @ApiProperty({ description: 'Whether it can be bought now' })
  available: boolean;

  @ApiProperty({ type: String, nullable: true, example: 'offer_owned', description: 'Why not: a code of `POST`' })
  reason: string | null;

  @ApiProperty({
    type: ChargedCardDto,
    nullable: true,
    description: 'What one click charges; null: the provider’s page',
  })
  method: ChargedCardDto | null;

  @ApiProperty({ type: String, nullable: true, description: 'Bring it back to buy, in the same language' })
  terms: string | null;
}

/** No amount: what is charged is what the offer costs now, or what `terms` stand for. */
export class BuyCrossSellDto {
  @ApiProperty(OFFER)
  @IsUUID()
  offer_id: string;

  @ApiProperty({
    required: false,
    example: 'pm_1QxGrW2eZvKYlo2C',
    description:
      'A saved card; the first that can be charged when absent, but never one that has just failed to pay this',
  })
  @IfGiven()
  @IsForeignId()
  method_id?: string;

  @ApiProperty({ required: false, description: 'The provider’s own page, whatever cards there are' })
  @IfGiven()
  @IsBoolean()
  use_checkout?: boolean;

  @ApiProperty({ required: false, example: 'team-7', description: 'Needed for plans by users of several groups' })
  @IfGiven()
  @IsForeignId()
  group_id?: string;

  @ApiProperty({ required: false, enum: PAYMENT_PROVIDERS, description: 'Where they are a customer when absent' })
  @IfGiven()
  @IsIn(PAYMENT_PROVIDERS)
  provider?: PaymentProvider;

  @ApiProperty({ required: false, ...CURRENCY })
  @IfGiven()
  @IsISO4217CurrencyCode()
  currency?: string;

  @ApiProperty({
    required: false,
    description: '`terms` of the offer as it was shown: what has changed since is refused instead of charged',
  })
  @IfGiven()
  @IsTerms()
  terms?: string;

  @ApiProperty({ example: 'http://127.0.0.1:3020/', description: 'Of an allowed origin' })
  @IsString()
  @Length(1, 2000)
  return_url: string;

  @ApiProperty({ example: 'http://127.0.0.1:3020/', description: 'Where whoever leaves the page comes to' })
  @IsString()
  @Length(1, 2000)
  cancel_url: string;
}

class CrossSellFailureDto {
  @ApiProperty({ example: 'insufficient_funds' })
  code: string;

  @ApiProperty({ description: 'For the customer' })
  message: string;
}

export class CrossSellDto {
  @ApiProperty({ example: '6a1d5c2e-90a4-4a0e-8f6d-1f6f2b7f3c55' })
  id: string;

  @ApiProperty({
    enum: STATUSES,
    description:
      'checkout, authenticate: send the customer to `checkout_url`. processing: wait. expired: given up, or the page closed',
  })
  status: (typeof STATUSES)[number];

  @ApiProperty(OFFER)
  offer_id: string;

  @ApiProperty(AMOUNT)
  amount: number;

  @ApiProperty(CURRENCY)
  currency: string;

  @ApiProperty({ enum: PAYMENT_PROVIDERS })
  provider: PaymentProvider;

  @ApiProperty({ type: String, nullable: true, description: 'The provider’s page, or the bank’s' })
  checkout_url: string | null;

  @ApiProperty({ type: CrossSellFailureDto, nullable: true })
  failure: CrossSellFailureDto | null;

  @ApiProperty({ type: SaleDto, nullable: true, description: 'Once it is paid' })
  sale: SaleDto | null;
}
