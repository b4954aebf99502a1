import { Body, Controller, Get, Header, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiProblems, CallerLanguage } from '../../common/http/index.js';
import { IDEMPOTENCY_PROBLEMS, Idempotent } from '../../common/idempotency/index.js';
import { Limited } from '../../common/rate-limits/index.js';
import type { Language } from '../../config/index.js';
import { CurrentCaller, CustomerOrServiceRoute } from '../../identity/index.js';
import { EligibilityService } from '../eligibility.service.js';
import {
  AcceptedUpsellDto,
  AcceptUpsellDto,
  CustomerPathDto,
  DeclinedUpsellDto,
  DeclineUpsellDto,
  EligibilityDto,
} from './eligibility.dto.js';
import { asFace } from './face-problem.js';
import { QuoteViewDto } from './upsell-view.dto.js';

const OF_CUSTOMER = [
  'provider_customer_not_found',
  'validation_failed',
  'provider_unavailable',
  'provider_refused',
] as const;

@ApiTags('upsell: eligibility')
@CustomerOrServiceRoute()
@Controller('api/upsell/:customerId')
export class EligibilityController {
  constructor(private readonly eligibility: EligibilityService) {}

  @Get()
  @Limited('provider_calls')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'What the customer is offered: after their newest sale, else at a moment of theirs',
    description: 'Changes nothing.',
  })
  @ApiOkResponse({ type: EligibilityDto })
  @ApiProblems(...OF_CUSTOMER)
  show(
    @CurrentCaller() caller: CurrentCaller,
    @Param() { customerId }: CustomerPathDto,
    @CallerLanguage() language: Language,
  ): Promise<EligibilityDto> {
    return this.eligibility.show({ caller, customerId, language });
  }

  @Post('quote')
  @Limited('provider_calls')
  @HttpCode(200)
  @ApiOperation({ summary: 'What an offer costs now that switches a subscription' })
  @ApiOkResponse({ type: QuoteViewDto })
  @ApiProblems(
    ...OF_CUSTOMER,
    'upsell_not_available',
    'upsell_payment_pending',
    'plan_not_available',
    'plan_change_in_progress',
    'subscription_not_changeable',
  )
  quote(
    @CurrentCaller() caller: CurrentCaller,
    @Param() { customerId }: CustomerPathDto,
    @CallerLanguage() language: Language,
  ): Promise<QuoteViewDto> {
    return asFace(this.eligibility.quote({ caller, customerId, language }));
  }

  @Post('accept')
  @Limited('charges')
  @Idempotent()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Accept the offer and pay for it, at most once',
    description:
      'success: it is paid. 202: not final yet; send the customer to `checkout_url`, if any, and read the offer again. ' +
      'After a card was declined, the same request leads to the provider’s page. Problems carry `error`.',
  })
  @ApiOkResponse({ type: AcceptedUpsellDto })
  @ApiAcceptedResponse({ type: AcceptedUpsellDto })
  @ApiProblems(
    ...IDEMPOTENCY_PROBLEMS,
    'provider_customer_not_found',
    'upsell_not_available',
    'upsell_offer_changed',
    'upsell_step_stale',
    'upsell_step_expired',
    'upsell_payment_pending',
    'offer_owned',
    'payment_method_not_allowed',
    'payment_method_not_found',
    'plan_quote_expired',
    'payment_declined',
    'provider_unavailable',
    'provider_refused',
    'internal_error',
  )
  async accept(
    @CurrentCaller() caller: CurrentCaller,
    @Param() { customerId }: CustomerPathDto,
    @Body() { terms, quote_id: quoteUuid }: AcceptUpsellDto,
    @CallerLanguage() language: Language,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AcceptedUpsellDto> {
    const answering = this.eligibility.accept({ caller, customerId, language }, { terms, quoteUuid });
    const { isPaid, sessionId, status, checkoutUrl } = await asFace(answering);
    if (isPaid) return { success: true, sessionId };
    void reply.status(202);
    return { success: false, sessionId, status, ...(checkoutUrl === undefined ? {} : { checkout_url: checkoutUrl }) };
  }

  @Post('decline')
  @Limited('provider_calls')
  @HttpCode(200)
  @ApiOperation({ summary: 'Say no: it is not offered to the customer again' })
  @ApiOkResponse({ type: DeclinedUpsellDto })
  @ApiProblems(...OF_CUSTOMER, 'upsell_not_available', 'upsell_offer_changed', 'upsell_payment_pending')
  async decline(
    @CurrentCaller() caller: CurrentCaller,
    @Param() { customerId }: CustomerPathDto,
    @Body() { terms }: DeclineUpsellDto,
    @CallerLanguage() language: Language,
  ): Promise<DeclinedUpsellDto> {
    await asFace(this.eligibility.decline({ caller, customerId, language }, { terms }));
    return { success: true };
  }
}
