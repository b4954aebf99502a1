import { Body, Controller, Get, Header, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiProblems, CallerLanguage } from '../../common/http/index.js';
import { IDEMPOTENCY_PROBLEMS, Idempotent } from '../../common/idempotency/index.js';
import { Limited } from '../../common/rate-limits/index.js';
import type { Language } from '../../config/index.js';
import { AcceptService } from '../accept.service.js';
import type { PaymentWish } from '../domain/check-accept.js';
import { SessionService } from '../session.service.js';
import type { UpsellTicket } from '../upsell-tokens.js';
import { Ticket, UpsellRoute } from './upsell-token.guard.js';
import { BoughtOfferPathDto, PaymentDto, QuoteRequestDto, StepDto, type PaymentMethodDto } from './upsell.dto.js';
import { QuoteViewDto, UpsellViewDto } from './upsell-view.dto.js';

const AT_STEP = [
  'upsell_session_not_found',
  'upsell_session_over',
  'upsell_step_stale',
  'upsell_step_expired',
  'validation_failed',
] as const;

@ApiTags('upsell')
@UpsellRoute()
@Controller('upsell-native/:offer_uuid')
export class UpsellController {
  constructor(
    private readonly sessions: SessionService,
    private readonly payments: AcceptService,
  ) {}

  @Get()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'What the upsell page shows', description: 'Changes nothing.' })
  @ApiOkResponse({ type: UpsellViewDto })
  @ApiProblems('upsell_session_not_found', 'validation_failed')
  show(
    @Ticket() ticket: UpsellTicket,
    @Param() { offer_uuid }: BoughtOfferPathDto,
    @CallerLanguage() language: Language,
  ): Promise<UpsellViewDto> {
    return this.sessions.show({ ticket, offerUuid: offer_uuid, language });
  }

  @Post('impression')
  @HttpCode(204)
  @ApiOperation({ summary: 'The customer sees the step: counted once, and its countdown starts' })
  @ApiNoContentResponse()
  @ApiProblems(...AT_STEP)
  see(
    @Ticket() ticket: UpsellTicket,
    @Param() { offer_uuid }: BoughtOfferPathDto,
    @Body() { step }: StepDto,
    @CallerLanguage() language: Language,
  ): Promise<void> {
    return this.sessions.see({ ticket, offerUuid: offer_uuid, language }, step);
  }

  @Post('quote')
  @Limited('provider_calls')
  @HttpCode(200)
  @ApiOperation({ summary: 'What switching the customer’s subscription to the step’s plan costs now' })
  @ApiOkResponse({ type: QuoteViewDto })
  @ApiProblems(
    ...AT_STEP,
    'upsell_payment_pending',
    'offer_not_found',
    'plan_not_found',
    'plan_not_available',
    'plan_unchanged',
    'plan_change_in_progress',
    'subscription_not_found',
    'subscription_not_changeable',
    'subscription_canceling',
    'provider_unavailable',
    'provider_refused',
  )
  quote(
    @Ticket() ticket: UpsellTicket,
    @Param() { offer_uuid }: BoughtOfferPathDto,
    @Body() { step, offer_uuid: offerUuid }: QuoteRequestDto,
    @CallerLanguage() language: Language,
  ): Promise<QuoteViewDto> {
    return this.sessions.quote({ ticket, offerUuid: offer_uuid, language }, { stepUuid: step, offerUuid });
  }

  @Post('payment')
  @Limited('charges')
  @Idempotent()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Accept an offer and pay for it, at most once',
    description:
      '202: not final yet; `pending` says what to do. Poll the page, or come back to it. ' +
      'Problems about the page (`upsell_…`, but for `upsell_session_not_found`) or about a card that is gone, and ' +
      '`payment_declined`, carry `current`: the page to show instead; the last also `failure`, why it was declined.',
  })
  @ApiOkResponse({ type: UpsellViewDto })
  @ApiAcceptedResponse({ type: UpsellViewDto })
  @ApiProblems(
    ...IDEMPOTENCY_PROBLEMS,
    'upsell_session_not_found',
    'upsell_session_over',
    'upsell_step_stale',
    'upsell_step_expired',
    'upsell_payment_pending',
    'offer_not_found',
    'upsell_offer_changed',
    'payment_method_not_allowed',
    'one_click_not_available',
    'payment_method_not_found',
    'payment_method_expired',
    'payment_method_not_reusable',
    'payment_method_currency_not_supported',
    'installments_not_allowed',
    'plan_quote_expired',
    'payment_declined',
    'provider_unavailable',
    'provider_refused',
  )
  async pay(
    @Ticket() ticket: UpsellTicket,
    @Param() { offer_uuid }: BoughtOfferPathDto,
    @Body() body: PaymentDto,
    @CallerLanguage() language: Language,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UpsellViewDto> {
    const { isFinal, view } = await this.payments.accept(
      { ticket, offerUuid: offer_uuid, language },
      {
        stepUuid: body.step,
        offerUuid: body.offer_uuid,
        method: toWish(body.method),
        installments: body.installments ?? 1,
        terms: body.terms,
        quoteUuid: body.quote_id,
      },
    );
    if (!isFinal) void reply.status(202);
    return view;
  }

  @Post('decline')
  @HttpCode(200)
  @ApiOperation({ summary: 'Say no to the step; what it offers is not offered again' })
  @ApiOkResponse({ type: UpsellViewDto })
  @ApiProblems(...AT_STEP, 'upsell_payment_pending')
  decline(
    @Ticket() ticket: UpsellTicket,
    @Param() { offer_uuid }: BoughtOfferPathDto,
    @Body() { step }: StepDto,
    @CallerLanguage() language: Language,
  ): Promise<UpsellViewDto> {
    return this.sessions.decline({ ticket, offerUuid: offer_uuid, language }, step);
  }

  @Post('cancel-payment')
  @Limited('provider_calls')
  @HttpCode(200)
  @ApiOperation({ summary: 'Give up the payment that is under way, so that another way can be chosen' })
  @ApiOkResponse({ type: UpsellViewDto })
  @ApiProblems(...AT_STEP, 'upsell_payment_pending', 'provider_unavailable')
  cancelPayment(
    @Ticket() ticket: UpsellTicket,
    @Param() { offer_uuid }: BoughtOfferPathDto,
    @Body() { step }: StepDto,
    @CallerLanguage() language: Language,
  ): Promise<UpsellViewDto> {
    return this.sessions.cancelPayment({ ticket, offerUuid: offer_uuid, language }, step);
  }
}

function toWish({ kind, card_id, tax_id }: PaymentMethodDto): PaymentWish {
  switch (kind) {
    case 'saved_card':
      return { kind, cardId: card_id ?? '' };
    case 'new_card':
      return { kind };
    case 'pix':
      return { kind, taxId: tax_id };
    default:
      return kind satisfies never;
  }
}
