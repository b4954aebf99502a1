import { ApiProperty } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsISO4217CurrencyCode,
  IsOptional,
  Max,
  Min,
} from 'class-validator';
import { IfGiven, IsForeignId, IsNested, IsText } from '../../common/http/index.js';
import { PAYMENT_PROVIDERS, type PaymentProvider } from '../../identity/index.js';
import { OFFER_METHODS, type OfferMethod } from '../domain/offer.js';
import { IsCode, ToUpperCase } from './code.decorator.js';
import { IsImagePath } from './is-image-path.decorator.js';

/** Eight digits (https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts). */
const LARGEST_AMOUNT = 99_999_999;
const MOST_INSTALLMENTS = 24;

export class OfferPathDto {
  @ApiProperty({ example: 'lighting-course-offer' })
  @IsCode()
  code: string;
}

export class OfferTranslationDto {
  @ApiProperty({ required: false, example: 'Curso de iluminação' })
  @IfGiven()
  @IsText(255)
  name?: string;

  @ApiProperty({ required: false, example: 'Só hoje, com desconto' })
  @IfGiven()
  @IsText(2_000)
  description?: string;

  @ApiProperty({ type: [String], required: false, example: ['Doze aulas', 'Certificado'] })
  @IfGiven()
  @IsArray()
  @ArrayMaxSize(20)
  @IsText(300, { each: true })
  selling_points?: string[];
}

export class OfferTranslationsDto {
  @ApiProperty({ type: OfferTranslationDto, required: false })
  @IfGiven()
  @IsNested(() => OfferTranslationDto)
  vi?: OfferTranslationDto;

  @ApiProperty({ type: OfferTranslationDto, required: false })
  @IfGiven()
  @IsNested(() => OfferTranslationDto)
  'pt-BR'?: OfferTranslationDto;

  @ApiProperty({ type: OfferTranslationDto, required: false })
  @IfGiven()
  @IsNested(() => OfferTranslationDto)
  en?: OfferTranslationDto;
}

export class OfferProviderPriceDto {
  @ApiProperty({ enum: PAYMENT_PROVIDERS, example: 'stripe' })
  @IsIn(PAYMENT_PROVIDERS)
  provider: PaymentProvider;

  @ApiProperty({ example: 'price_1MoBy5LkdIwHu7ixZhnattbh' })
  @IsForeignId()
  provider_price_id: string;
}

export class UpsertOfferDto {
  @ApiProperty({
    type: String,
    required: false,
    nullable: true,
    example: 'course-lighting',
    description: 'What the offer sells, once; either this or `plan_code`. Never changes.',
  })
  @IsOptional()
  @IsCode()
  product_code?: string | null;

  @ApiProperty({
    type: String,
    required: false,
    nullable: true,
    description:
      'The plan that the offer sells, at what the plan is sold at; either this or `product_code`. Never changes.',
  })
  @IsOptional()
  @IsCode()
  plan_code?: string | null;

  @ApiProperty({ example: 'Lighting course' })
  @IsText(255)
  name: string;

  @ApiProperty({ type: String, required: false, nullable: true, example: 'Only today, at half the price' })
  @IsOptional()
  @IsText(2_000)
  description?: string | null;

  @ApiProperty({ type: [String], required: false, default: [], example: ['Twelve lessons', 'Certificate'] })
  @IfGiven()
  @IsArray()
  @ArrayMaxSize(20)
  @IsText(300, { each: true })
  selling_points?: string[];

  @ApiProperty({ type: String, required: false, nullable: true, description: '`/media/<sha256>`, uploaded before' })
  @IsOptional()
  @IsImagePath()
  image?: string | null;

  @ApiProperty({
    type: OfferTranslationsDto,
    required: false,
    default: {},
    description: 'By language; a text that is missing is shown as above',
  })
  @IfGiven()
  @IsNested(() => OfferTranslationsDto)
  translations?: OfferTranslationsDto;

  @ApiProperty({ type: String, required: false, nullable: true, example: 'BRL', description: 'ISO 4217; of a product' })
  @IsOptional()
  @ToUpperCase()
  @IsISO4217CurrencyCode()
  currency?: string | null;

  @ApiProperty({
    type: 'integer',
    required: false,
    nullable: true,
    example: 9700,
    description: 'Minor units of the currency, tax included; of a product',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(LARGEST_AMOUNT)
  unit_amount?: number | null;

  @ApiProperty({
    enum: OFFER_METHODS,
    isArray: true,
    required: false,
    default: ['card'],
    description: 'Pix pays products in BRL alone',
  })
  @IfGiven()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayUnique()
  @IsIn(OFFER_METHODS, { each: true })
  allowed_methods?: OfferMethod[];

  @ApiProperty({ type: 'integer', required: false, default: 1, description: 'Of a product paid by card' })
  @IfGiven()
  @IsInt()
  @Min(1)
  @Max(MOST_INSTALLMENTS)
  maximum_installments?: number;

  @ApiProperty({
    type: 'integer',
    required: false,
    nullable: true,
    example: 1000,
    description: 'Minor units of the currency: no instalment is smaller',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(LARGEST_AMOUNT)
  minimum_installment_amount?: number | null;

  @ApiProperty({ required: false, default: true, description: 'Whether customers are asked to buy it' })
  @IfGiven()
  @IsBoolean()
  is_active?: boolean;

  @ApiProperty({
    type: [OfferProviderPriceDto],
    required: false,
    default: [],
    description:
      'Prices that stand for the offer in checkouts of the merchant’s own, for ever: those mapped before stay mapped. A ' +
      'provider that sells only its own products sells the offer as the last that is listed of its own, until another is.',
  })
  @IfGiven()
  @IsArray()
  @ArrayMaxSize(100)
  @IsNested(() => OfferProviderPriceDto, { each: true })
  provider_price_ids?: OfferProviderPriceDto[];
}
