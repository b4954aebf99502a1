import { Body, Controller, Get, Header, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ERRORS } from '../../common/errors/index.js';
import { ApiProblems, CallerLanguage } from '../../common/http/index.js';
import { Limited } from '../../common/rate-limits/index.js';
import type { Language } from '../../config/index.js';
import { CurrentUser, CustomerRoute } from '../../identity/index.js';
import { REFUSAL_OF_PROBLEM } from '../domain/check-accept.js';
import { PaymentMethodsService, type CheckedCard, type ProviderCards } from '../payment-methods.service.js';
import { ListPaymentMethodsDto, MethodsPageDto, PaymentMethodsDto, UpdatePageDto } from './payment-methods.dto.js';

const PROVIDER_PROBLEMS = [
  'validation_failed',
  'provider_not_configured',
  'provider_unavailable',
  'provider_refused',
] as const;

@ApiTags('payment methods')
@CustomerRoute()
@Controller('api/v1/general/payment-methods')
export class PaymentMethodsController {
  constructor(private readonly methods: PaymentMethodsService) {}

  @Get()
  @Limited('provider_calls')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Saved cards, which of them can be charged by one click, and why the others cannot' })
  @ApiOkResponse({ type: PaymentMethodsDto })
  @ApiProblems(...PROVIDER_PROBLEMS)
  async list(
    @CurrentUser() user: CurrentUser,
    @Query() { provider, currency }: ListPaymentMethodsDto,
    @CallerLanguage() language: Language,
  ): Promise<PaymentMethodsDto> {
    const found = await this.methods.list(user, { provider, currency: currency?.toUpperCase() });
    return { providers: found.map((each) => toProviderMethods(each, language)) };
  }

  @Post('update-page')
  @Limited('provider_calls')
  @ApiOperation({ summary: 'Open the provider’s own page for changing them' })
  @ApiCreatedResponse({ type: MethodsPageDto })
  @ApiProblems(...PROVIDER_PROBLEMS, 'return_url_not_allowed', 'portal_not_available')
  openPage(
    @CurrentUser() user: CurrentUser,
    @Body() { provider, return_url }: UpdatePageDto,
    @CallerLanguage() language: Language,
  ): Promise<MethodsPageDto> {
    return this.methods.openPage(user, { provider, returnUrl: return_url, language });
  }
}

const toProviderMethods = (
  { provider, cards, hasPage }: ProviderCards,
  language: Language,
): PaymentMethodsDto['providers'][number] => ({
  provider,
  methods: cards.map((card) => toMethod(card, language)),
  can_update: hasPage,
});

const toMethod = ({ card, problems }: CheckedCard, language: Language) => ({
  id: card.id,
  brand: card.brand,
  last4: card.last4,
  expiry_month: card.expiryMonth,
  expiry_year: card.expiryYear,
  usable: problems.length === 0,
  reasons: problems.map((code) => ({ code, message: ERRORS[REFUSAL_OF_PROBLEM[code]].messages[language] })),
});
