import { Body, Controller, Get, Header, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiProblems, CallerLanguage } from '../../common/http/index.js';
import { IDEMPOTENCY_PROBLEMS, Idempotent } from '../../common/idempotency/index.js';
import { Limited } from '../../common/rate-limits/index.js';
import type { Language } from '../../config/index.js';
import { CurrentUser, CustomerRoute } from '../../identity/index.js';
import { CrossSellService, type CrossSellWish } from '../cross-sell.service.js';
import {
  BuyCrossSellDto,
  CrossSellDto,
  CrossSellPathDto,
  LookAtOfferDto,
  OfferLookDto,
  OfferPathDto,
} from './cross-sell.dto.js';
import { toCrossSellResponse, toLookResponse } from './cross-sell.response.js';

@ApiTags('cross-sell')
@CustomerRoute()
@Controller('api/v1/general/cross-sell')
export class CrossSellController {
  constructor(private readonly crossSells: CrossSellService) {}

  @Post()
  @Limited('charges')
  @Idempotent()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Buy an offer by one click, else on the provider’s page; at most once',
    description:
      '202: not final yet; `status` and `checkout_url` say what to do. Read it again by its `id`. ' +
      '`payment_declined` carries `failure`, and the same request again leads to the provider’s page; another card is charged where it is named.',
  })
  @ApiOkResponse({ type: CrossSellDto })
  @ApiAcceptedResponse({ type: CrossSellDto })
  @ApiProblems(
    ...IDEMPOTENCY_PROBLEMS,
    'return_url_not_allowed',
    'offer_not_found',
    'offer_owned',
    'offer_not_available',
    'upsell_offer_changed',
    'upsell_payment_pending',
    'group_not_found',
    'group_ambiguous',
    'subscription_not_authorized',
    'subscription_not_found',
    'subscription_already_active',
    'payment_method_not_found',
    'payment_method_not_allowed',
    'payment_method_expired',
    'payment_method_not_reusable',
    'payment_method_currency_not_supported',
    'payment_declined',
    'provider_not_configured',
    'provider_unavailable',
    'provider_refused',
  )
  async buy(
    @CurrentUser() user: CurrentUser,
    @Body() body: BuyCrossSellDto,
    @CallerLanguage() language: Language,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CrossSellDto> {
    const state = await this.crossSells.buy(user, toWish(body), language);
    if (state.crossSell.status === 'pending') void reply.status(202);
    return toCrossSellResponse(state, language);
  }

  @Get('offers/:offer_id')
  @Limited('provider_calls')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'An offer as the customer could buy it now, and what one click would charge' })
  @ApiOkResponse({ type: OfferLookDto })
  @ApiProblems(
    'offer_not_found',
    'group_not_found',
    'group_ambiguous',
    'subscription_not_authorized',
    'subscription_not_found',
    'validation_failed',
    'provider_not_configured',
    'provider_unavailable',
    'provider_refused',
  )
  async look(
    @CurrentUser() user: CurrentUser,
    @Param() { offer_id: offerUuid }: OfferPathDto,
    @Query() { group_id: groupExternalId, provider, currency }: LookAtOfferDto,
    @CallerLanguage() language: Language,
  ): Promise<OfferLookDto> {
    const place = { offerUuid, groupExternalId, provider, currency: currency?.toUpperCase() };
    return toLookResponse(await this.crossSells.look(user, place, language), language);
  }

  @Get(':id')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'How a purchase stands' })
  @ApiOkResponse({ type: CrossSellDto })
  @ApiProblems('cross_sell_not_found', 'validation_failed')
  async get(
    @CurrentUser() user: CurrentUser,
    @Param() { id }: CrossSellPathDto,
    @CallerLanguage() language: Language,
  ): Promise<CrossSellDto> {
    return toCrossSellResponse(await this.crossSells.find(user, id), language);
  }

  @Post(':id/cancel')
  @Limited('provider_calls')
  @HttpCode(200)
  @ApiOperation({ summary: 'Give up the payment that is under way, so that another way can be chosen' })
  @ApiOkResponse({ type: CrossSellDto })
  @ApiProblems('cross_sell_not_found', 'upsell_payment_pending', 'validation_failed', 'provider_unavailable')
  async cancel(
    @CurrentUser() user: CurrentUser,
    @Param() { id }: CrossSellPathDto,
    @CallerLanguage() language: Language,
  ): Promise<CrossSellDto> {
    return toCrossSellResponse(await this.crossSells.cancel(user, id), language);
  }
}

const toWish = (body: BuyCrossSellDto): CrossSellWish => ({
  offerUuid: body.offer_id,
  cardId: body.method_id,
  isCheckout: body.use_checkout,
  groupExternalId: body.group_id,
  provider: body.provider,
  currency: body.currency?.toUpperCase(),
  terms: body.terms,
  returnUrl: body.return_url,
  cancelUrl: body.cancel_url,
});
