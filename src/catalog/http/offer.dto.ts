import { ApiProperty } from '@nestjs/swagger';
import { OFFER_METHODS, type OfferMethod } from '../domain/offer.js';
import { OfferProviderPriceDto, OfferTranslationsDto } from './offers.dto.js';
import { AdminPriceDto } from './packages.dto.js';

/** An offer as administrators see it. */
export class OfferDto {
  @ApiProperty({ example: '3f9f2a47-7e43-4a1c-bb60-6f3b6a5d8a10', description: 'The `offer_uuid` of other routes' })
  id: string;

  @ApiProperty({ example: 'lighting-course-offer' })
  code: string;

  @ApiProperty({ enum: ['one_time', 'plan'] })
  kind: string;

  @ApiProperty({ type: String, nullable: true, example: 'course-lighting' })
  product_code: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  plan_code: string | null;

  @ApiProperty({ example: 'Lighting course' })
  name: string;

  @ApiProperty({ type: String, nullable: true, example: 'Only today, at half the price' })
  description: string | null;

  @ApiProperty({ type: [String], example: ['Twelve lessons', 'Certificate'] })
  selling_points: string[];

  @ApiProperty({ type: String, nullable: true, description: '`/media/<sha256>`' })
  image: string | null;

  @ApiProperty({ type: OfferTranslationsDto })
  translations: OfferTranslationsDto;

  @ApiProperty({ type: String, nullable: true, example: 'BRL', description: 'ISO 4217; null for a plan' })
  currency: string | null;

  @ApiProperty({ type: 'integer', nullable: true, example: 9700, description: 'Minor units; null for a plan' })
  unit_amount: number | null;

  @ApiProperty({ enum: OFFER_METHODS, isArray: true })
  allowed_methods: OfferMethod[];

  @ApiProperty({ type: 'integer', example: 1 })
  maximum_installments: number;

  @ApiProperty({ type: 'integer', nullable: true, example: null, description: 'Minor units of the currency' })
  minimum_installment_amount: number | null;

  @ApiProperty()
  is_active: boolean;

  @ApiProperty({ type: [AdminPriceDto], description: 'What the plan is sold at now; empty for a product' })
  plan_prices: AdminPriceDto[];

  @ApiProperty({
    type: [OfferProviderPriceDto],
    description: 'Every price that stands for the offer; of a provider’s, the last is the one that is sold',
  })
  provider_price_ids: OfferProviderPriceDto[];
}
