import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, IsString, IsUUID, Length, Max, Min } from 'class-validator';
import type { PaymentMethodKind, RefundCommand } from '../../billing-providers/index.js';
import { DEFAULT_PAGE_LIMIT, IfGiven, IsForeignId, PageLimit } from '../../common/http/index.js';
import { LANGUAGES, type Language } from '../../config/index.js';
import { PAYMENT_PROVIDERS, type PaymentProvider } from '../../identity/index.js';
import { SALE_ITEM_STATUSES, type SaleItemStatus } from '../domain/sale-item.js';
import { SALE_STATUSES, type SaleSource, type SaleStatus } from '../domain/sale.js';

const LARGEST_AMOUNT = 999_999_999_999;
const REFUND_REASONS = ['requested_by_customer', 'duplicate', 'fraudulent'] as const;
const REFUND_STATUSES = ['succeeded', 'pending', 'unknown'] as const;
const AMOUNT = { type: 'integer', example: 1900, description: 'Minor units of `currency`' } as const;
const CURRENCY = { example: 'USD', description: 'ISO 4217' };

export class SaleIdPathDto {
  @ApiProperty({ example: '4d6e8f10-7c8b-4a1d-9e2f-5a3b1c0d9e87' })
  @IsUUID()
  id: string;
}

export class ClaimSaleDto {
  @ApiProperty({ enum: PAYMENT_PROVIDERS })
  @IsIn(PAYMENT_PROVIDERS)
  provider: PaymentProvider;

  @ApiProperty({ required: false, example: 'pi_3QxGrW2eZvKYlo2C', description: 'This, or `checkout_id`' })
  @IfGiven()
  @IsForeignId()
  payment_id?: string;

  @ApiProperty({ required: false, example: 'cs_test_a1b2c3' })
  @IfGiven()
  @IsForeignId()
  checkout_id?: string;

  @ApiProperty({ example: 'user-42', description: 'Your id' })
  @IsForeignId()
  user_id: string;

  @ApiProperty({ required: false, example: 'team-7', description: 'Your id; needed by users of several groups' })
  @IfGiven()
  @IsForeignId()
  group_id?: string;

  @ApiProperty({ required: false, description: 'What was bought, where neither the payment nor its prices say' })
  @IfGiven()
  @IsUUID()
  offer_uuid?: string;

  @ApiProperty({ required: false, enum: LANGUAGES, description: 'Of the pages; what the browser asks for otherwise' })
  @IfGiven()
  @IsIn(LANGUAGES)
  language?: Language;

  @ApiProperty({
    required: false,
    example: 'http://127.0.0.1:3020/',
    description: 'Back to the shop; of an allowed origin',
  })
  @IfGiven()
  @IsString()
  @Length(1, 2000)
  return_url?: string;
}

class SaleOfferDto {
  @ApiProperty({ example: '0b9f6a4e-7f0b-4f65-8c8e-9a6f3d1c2b10' })
  id: string;

  @ApiProperty({ example: 'course' })
  code: string;

  @ApiProperty({ type: String, nullable: true, example: 'course' })
  product_code: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  plan_code: string | null;
}

export class SaleItemDto {
  @ApiProperty({ example: 'f1e2d3c4-b5a6-4978-8a9b-0c1d2e3f4a5b' })
  id: string;

  @ApiProperty({ enum: ['main', 'upsell'] })
  kind: 'main' | 'upsell';

  @ApiProperty({ enum: SALE_ITEM_STATUSES })
  status: SaleItemStatus;

  @ApiProperty({ example: 'Preset pack', description: 'As it was called when it was bought' })
  name: string;

  @ApiProperty({ type: SaleOfferDto })
  offer: SaleOfferDto;

  @ApiProperty(AMOUNT)
  amount: number;

  @ApiProperty({ type: 'integer', example: 0, description: 'Minor units of `currency`, all refunds together' })
  refunded_amount: number;

  @ApiProperty(CURRENCY)
  currency: string;

  @ApiProperty({ type: String, nullable: true, example: 'pi_3QxGrW2eZvKYlo2C' })
  provider_payment_id: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  paid_at: string | null;
}

export class SaleDto {
  @ApiProperty({ example: '4d6e8f10-7c8b-4a1d-9e2f-5a3b1c0d9e87' })
  id: string;

  @ApiProperty({
    enum: SALE_STATUSES,
    description: 'approved: paid; extended: an upsell was paid too; finalized: over without one',
  })
  status: SaleStatus;

  @ApiProperty({
    description:
      'Nothing is offered any more: what was bought can be sent together. A late payment may still add to it',
  })
  is_closed: boolean;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  closed_at: string | null;

  @ApiProperty({ example: 'user-42' })
  user_id: string;

  @ApiProperty({ type: String, nullable: true, example: 'team-7' })
  group_id: string | null;

  @ApiProperty({ enum: PAYMENT_PROVIDERS })
  provider: PaymentProvider;

  @ApiProperty({ example: 'pi_3QxGrW2eZvKYlo2C' })
  provider_payment_id: string;

  @ApiProperty({ type: String, nullable: true, example: 'cs_test_a1b2c3' })
  provider_checkout_id: string | null;

  @ApiProperty({ ...AMOUNT, description: 'Of what was bought first, in minor units of `currency`' })
  amount: number;

  @ApiProperty(CURRENCY)
  currency: string;

  @ApiProperty({ enum: ['card', 'pix', 'other'] })
  method: PaymentMethodKind;

  @ApiProperty({ enum: ['checkout', 'payment', 'claim', 'cross_sell'], description: 'Who told of it first' })
  source: SaleSource;

  @ApiProperty({ enum: LANGUAGES, nullable: true })
  language: Language | null;

  @ApiProperty({ type: String, nullable: true })
  return_url: string | null;

  @ApiProperty({ format: 'date-time' })
  paid_at: string;

  @ApiProperty({ type: [SaleItemDto] })
  items: SaleItemDto[];
}

class UpsellLinkDto {
  @ApiProperty({ description: 'Send the customer there. A credential: not to be stored or logged' })
  url: string;

  @ApiProperty({ format: 'date-time', description: 'When the offers end' })
  expires_at: string;
}

export class ClaimedSaleDto {
  @ApiProperty({ type: SaleDto })
  sale: SaleDto;

  @ApiProperty({ type: UpsellLinkDto, nullable: true, description: 'Null: nothing is offered, or not any more' })
  upsell: UpsellLinkDto | null;

  @ApiProperty({ description: 'Where the customer ends. A credential too' })
  thank_you_url: string;
}

export class ListSalesDto {
  @ApiPropertyOptional({ enum: SALE_STATUSES })
  @IsOptional()
  @IsIn(SALE_STATUSES)
  status?: SaleStatus;

  @ApiPropertyOptional({ example: 'user-42' })
  @IsOptional()
  @IsForeignId()
  user_id?: string;

  @PageLimit()
  limit: number = DEFAULT_PAGE_LIMIT;

  @ApiPropertyOptional({ description: '`next_cursor` of the page before' })
  @IsOptional()
  @IsUUID()
  cursor?: string;
}

export class SalePageDto {
  @ApiProperty({ type: [SaleDto] })
  items: SaleDto[];

  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page' })
  next_cursor: string | null;
}

export class RefundDto {
  @ApiProperty({ ...AMOUNT, required: false, description: 'Minor units; all that is left when absent' })
  @IfGiven()
  @IsInt()
  @Min(1)
  @Max(LARGEST_AMOUNT)
  amount?: number;

  @ApiProperty({ required: false, enum: REFUND_REASONS, default: 'requested_by_customer' })
  @IfGiven()
  @IsIn(REFUND_REASONS)
  reason?: RefundCommand['reason'];
}

export class RefundedItemDto {
  @ApiProperty({ enum: REFUND_STATUSES, description: 'pending, unknown: the item follows when the provider says more' })
  status: (typeof REFUND_STATUSES)[number];

  @ApiProperty({ type: SaleDto })
  sale: SaleDto;
}
