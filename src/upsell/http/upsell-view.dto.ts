import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';
import type { ChargeFailureCode } from '../../billing-providers/index.js';
import { LANGUAGES, type Language } from '../../config/index.js';
import { SESSION_STATUSES, type SessionStatus } from '../domain/session.js';
import type { IntervalView, MethodView, OfferView, PendingView, QuoteView, StepView, View } from '../domain/view.js';

const FAILURES = [
  'card_declined',
  'insufficient_funds',
  'card_expired',
  'security_code_incorrect',
  'authentication_required',
  'authentication_failed',
  'method_not_usable',
  'amount_changed',
  'provider_refused',
  'provider_unavailable',
] as const satisfies readonly ChargeFailureCode[];
const OFFER = { example: '3f7b3b0e-1c35-4a5d-8a53-2b7c9d6e4f10' };
const AMOUNT = { type: 'integer', example: 1900, description: 'Minor units of `currency`' } as const;
const CURRENCY = { example: 'USD', description: 'ISO 4217' };
const TIME = { type: String, format: 'date-time', nullable: true } as const;

class SessionDto {
  @ApiProperty({ example: '8c1f6f0a-52d1-4e25-8e3a-0d7a6b4c2e19' })
  id: string;

  @ApiProperty({ enum: SESSION_STATUSES, description: 'charging: a payment is under way' })
  status: SessionStatus;

  @ApiProperty({ format: 'date-time', description: 'When the offers end' })
  expires_at: string;

  @ApiProperty({ format: 'date-time', description: 'What countdowns are counted from' })
  server_time: string;
}

export class IntervalDto {
  @ApiProperty({ enum: ['day', 'week', 'month', 'year'] })
  unit: IntervalView['unit'];

  @ApiProperty({ example: 1 })
  count: number;
}

class CompareDto {
  @ApiProperty({ example: 'Basic' })
  current_plan: string;

  @ApiProperty(AMOUNT)
  current_amount: number;

  @ApiProperty({ type: 'integer', example: 2000, description: 'Minor units more for the same interval' })
  difference: number;
}

class SavedCardDto {
  @ApiProperty({ enum: ['saved_card'] })
  kind: 'saved_card';

  @ApiProperty({
    example: 'pm_1QxGrW2eZvKYlo2C',
    description: 'Brought back to accept. `subscription`: whichever card the subscription is billed to',
  })
  card_id: string;

  @ApiProperty({ example: 'visa', description: 'Empty for `subscription`: the quote says it' })
  brand: string;

  @ApiProperty({ example: '4242', description: 'As `brand`' })
  last4: string;
}

class OtherMethodDto {
  @ApiProperty({ enum: ['new_card', 'pix'], description: 'new_card: on the provider’s own page' })
  kind: 'new_card' | 'pix';
}

class InstallmentsDto {
  @ApiProperty({ example: 3 })
  count: number;

  @ApiProperty({ ...AMOUNT, description: 'Each; the first carries the remainder in addition' })
  amount: number;
}

@ApiExtraModels(SavedCardDto, OtherMethodDto)
class OfferViewDto implements OfferView {
  @ApiProperty(OFFER)
  offer_uuid: string;

  @ApiProperty({ example: 'Preset pack' })
  name: string;

  @ApiProperty({ type: String, nullable: true })
  description: string | null;

  @ApiProperty({ type: [String] })
  selling_points: readonly string[];

  @ApiProperty({ type: String, nullable: true, description: 'A path of this service' })
  image: string | null;

  @ApiProperty(AMOUNT)
  amount: number;

  @ApiProperty(CURRENCY)
  currency: string;

  @ApiProperty({ enum: ['included'] })
  tax: 'included';

  @ApiProperty({ type: IntervalDto, nullable: true, description: 'How often a plan is billed' })
  interval: IntervalDto | null;

  @ApiProperty({ type: CompareDto, nullable: true, description: 'Today’s plan, where the offer changes it' })
  compare: CompareDto | null;

  @ApiProperty({ description: 'True: ask for a quote first, which says what is charged now' })
  quote_required: boolean;

  @ApiProperty({
    type: 'array',
    description: 'Every way to pay for it, the shortest first',
    items: { oneOf: [{ $ref: getSchemaPath(SavedCardDto) }, { $ref: getSchemaPath(OtherMethodDto) }] },
  })
  methods: readonly MethodView[];

  @ApiProperty({ type: [InstallmentsDto], description: 'Empty where there is nothing to choose' })
  installments: readonly InstallmentsDto[];

  @ApiProperty({
    description: 'Digest of all that is agreed to, the words included: bring it back to accept, in the same language',
  })
  terms: string;
}

class StepViewDto implements StepView {
  @ApiProperty({ example: '6d1c0a52-9f0e-4bb5-a6a4-1a0e8f6c7d21' })
  id: string;

  @ApiProperty({ type: 'integer', example: 1, description: 'Place in the funnel, from 1; customers may skip some' })
  number: number;

  @ApiProperty({ enum: ['one_click', 'multi_offer', 'with_plans', 'pix_or_card', 'plan_upgrade'] })
  kind: string;

  @ApiProperty({ example: 'One thing before you go' })
  headline: string;

  @ApiProperty({ type: String, nullable: true })
  body: string | null;

  @ApiProperty({ type: String, nullable: true })
  accept_label: string | null;

  @ApiProperty({ type: String, nullable: true })
  decline_label: string | null;

  @ApiProperty({ type: String, nullable: true })
  image: string | null;

  @ApiProperty({ ...TIME, description: 'Null until the first impression, and where there is no countdown' })
  expires_at: string | null;

  @ApiProperty({ description: 'Its time is over: the next action leads on' })
  is_expired: boolean;

  @ApiProperty({ type: [OfferViewDto] })
  offers: readonly OfferViewDto[];
}

class PixCodeDto {
  @ApiProperty({ description: 'To be copied into a bank’s app' })
  code: string;

  @ApiProperty({ description: 'The code as a picture: a data: URL' })
  qr_image: string;

  @ApiProperty({ format: 'date-time' })
  expires_at: string;
}

export class PendingViewDto implements PendingView {
  @ApiProperty({ enum: ['authenticate', 'checkout', 'pix', 'processing'] })
  kind: PendingView['kind'];

  @ApiProperty(OFFER)
  offer_uuid: string;

  @ApiProperty(AMOUNT)
  amount: number;

  @ApiProperty(CURRENCY)
  currency: string;

  @ApiProperty({ required: false, description: 'The bank’s page, or the provider’s checkout' })
  url?: string;

  @ApiProperty({ required: false, format: 'date-time' })
  expires_at?: string;

  @ApiProperty({ required: false, type: PixCodeDto })
  pix?: PixCodeDto;
}

class FailureDto {
  @ApiProperty({ enum: FAILURES })
  code: ChargeFailureCode;

  @ApiProperty({ description: 'For the customer' })
  message: string;
}

export class UpsellViewDto implements View {
  @ApiProperty({ type: SessionDto })
  session: SessionDto;

  @ApiProperty({ enum: LANGUAGES })
  language: Language;

  @ApiProperty({ type: StepViewDto, nullable: true, description: 'Null: the offers are over' })
  step: StepViewDto | null;

  @ApiProperty({ type: PendingViewDto, nullable: true })
  pending: PendingViewDto | null;

  @ApiProperty({ type: FailureDto, nullable: true, description: 'Of the step’s last payment' })
  last_failure: FailureDto | null;

  @ApiProperty({ type: String, nullable: true, description: 'An external step was reached' })
  redirect_url: string | null;

  @ApiProperty({
    example: '/thank-you?offer=0b9f6a4e-7f0b-4f65-8c8e-9a6f3d1c2b10',
    description: 'A path of this service; `#token=` and the token come behind it',
  })
  thank_you_url: string;
}

class QuotedCardDto {
  @ApiProperty({ required: false, example: 'visa' })
  brand?: string;

  @ApiProperty({ required: false, example: '4242' })
  last4?: string;
}

export class QuoteViewDto implements QuoteView {
  @ApiProperty({ example: 'c7d9a1de-5b3c-4a0e-9d43-6b2f2f0a9e11' })
  quote_id: string;

  @ApiProperty({ ...AMOUNT, description: 'Charged now, in minor units' })
  amount: number;

  @ApiProperty(CURRENCY)
  currency: string;

  @ApiProperty({ type: QuotedCardDto, nullable: true, description: 'What the subscription is billed to' })
  method: QuotedCardDto | null;

  @ApiProperty({ format: 'date-time' })
  expires_at: string;

  @ApiProperty({
    description: 'Digest of all that is agreed to, the words included: bring it back to accept, in the same language',
  })
  terms: string;
}
