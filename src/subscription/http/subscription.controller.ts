import { Body, Controller, Delete, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems, CallerLanguage } from '../../common/http/index.js';
import { Limited } from '../../common/rate-limits/index.js';
import type { Language } from '../../config/index.js';
import { CurrentUser, CustomerRoute } from '../../identity/index.js';
import { PlanChangeService } from '../plan-change.service.js';
import { SubscriptionService } from '../subscription.service.js';
import { SubscriptionViewService } from '../subscription-view.service.js';
import { BillingPortalDto, CheckoutDto, GroupChoiceDto, HostedPageDto, SubscriptionDto } from './subscription.dto.js';
import { toSubscriptionResponse } from './to-response.js';

@ApiTags('subscription')
@CustomerRoute()
@Controller('api/v1/general/subscription')
export class SubscriptionController {
  constructor(
    private readonly subscriptions: SubscriptionService,
    private readonly planChanges: PlanChangeService,
    private readonly views: SubscriptionViewService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Current plan, pending change, access and history' })
  @ApiOkResponse({ type: SubscriptionDto })
  @ApiProblems('subscription_not_authorized', 'subscription_not_found', 'group_ambiguous', 'validation_failed')
  current(
    @CurrentUser() user: CurrentUser,
    @Query() { group_id }: GroupChoiceDto,
    @CallerLanguage() language: Language,
  ): Promise<SubscriptionDto> {
    return this.show(user, group_id, language);
  }

  @Post('checkout')
  @Limited('charges')
  @ApiOperation({ summary: 'Start a subscription on the provider’s checkout page' })
  @ApiCreatedResponse({ type: HostedPageDto })
  @ApiProblems(
    'subscription_not_authorized',
    'subscription_not_found',
    'group_ambiguous',
    'subscription_already_active',
    'plan_not_found',
    'plan_not_available',
    'return_url_not_allowed',
    'validation_failed',
    'provider_not_configured',
    'provider_unavailable',
    'provider_refused',
  )
  checkout(@CurrentUser() user: CurrentUser, @Body() body: CheckoutDto): Promise<HostedPageDto> {
    const { plan_id: planUuid, group_id: groupExternalId, currency } = body;
    return this.subscriptions.startCheckout(user, {
      planUuid,
      groupExternalId,
      currency,
      provider: body.provider,
      successUrl: body.success_url,
      cancelUrl: body.cancel_url,
    });
  }

  @Post('billing-portal')
  @Limited('provider_calls')
  @ApiOperation({ summary: 'Open the provider’s billing portal: payment method, invoices, downgrade, cancel' })
  @ApiCreatedResponse({ type: HostedPageDto })
  @ApiProblems(
    'subscription_not_authorized',
    'subscription_not_found',
    'portal_session_failed',
    'group_ambiguous',
    'return_url_not_allowed',
    'validation_failed',
  )
  billingPortal(
    @CurrentUser() user: CurrentUser,
    @Body() body: BillingPortalDto,
    @CallerLanguage() language: Language,
  ): Promise<HostedPageDto> {
    const command = { groupExternalId: body.group_id, returnUrl: body.return_url, language };
    return this.subscriptions.createPortalSession(user, command);
  }

  @Delete('scheduled-change')
  @Limited('provider_calls')
  @HttpCode(202)
  @ApiOperation({ summary: 'Take the pending change back' })
  @ApiAcceptedResponse({ type: SubscriptionDto })
  @ApiProblems(
    'subscription_not_authorized',
    'subscription_not_found',
    'group_ambiguous',
    'no_scheduled_change',
    'plan_change_in_progress',
    'validation_failed',
    'provider_unavailable',
    'provider_refused',
  )
  async undo(
    @CurrentUser() user: CurrentUser,
    @Query() { group_id }: GroupChoiceDto,
    @CallerLanguage() language: Language,
  ): Promise<SubscriptionDto> {
    await this.planChanges.undo(user, group_id);
    return this.show(user, group_id, language);
  }

  @Post('cancel')
  @Limited('provider_calls')
  @HttpCode(202)
  @ApiOperation({ summary: 'End the subscription with its current period; takes a pending change back' })
  @ApiAcceptedResponse({ type: SubscriptionDto })
  @ApiProblems(
    'subscription_not_authorized',
    'subscription_not_found',
    'group_ambiguous',
    'plan_change_in_progress',
    'validation_failed',
    'provider_unavailable',
    'provider_refused',
  )
  async cancel(
    @CurrentUser() user: CurrentUser,
    @Body() { group_id }: GroupChoiceDto,
    @CallerLanguage() language: Language,
  ): Promise<SubscriptionDto> {
    await this.planChanges.cancel(user, group_id);
    return this.show(user, group_id, language);
  }

  @Post('resume')
  @Limited('provider_calls')
  @HttpCode(202)
  @ApiOperation({ summary: 'Take a cancellation at period end back' })
  @ApiAcceptedResponse({ type: SubscriptionDto })
  @ApiProblems(
    'subscription_not_authorized',
    'subscription_not_found',
    'group_ambiguous',
    'plan_change_in_progress',
    'validation_failed',
    'provider_unavailable',
    'provider_refused',
  )
  async resume(
    @CurrentUser() user: CurrentUser,
    @Body() { group_id }: GroupChoiceDto,
    @CallerLanguage() language: Language,
  ): Promise<SubscriptionDto> {
    await this.planChanges.resume(user, group_id);
    return this.show(user, group_id, language);
  }

  private async show(
    user: CurrentUser,
    groupExternalId: string | undefined,
    language: Language,
  ): Promise<SubscriptionDto> {
    return toSubscriptionResponse(await this.views.load(user, groupExternalId), language);
  }
}
