import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApplicationError } from '../../common/errors/index.js';
import { ApiProblems, CallerLanguage } from '../../common/http/index.js';
import { IDEMPOTENCY_PROBLEMS, Idempotent } from '../../common/idempotency/index.js';
import { Limited } from '../../common/rate-limits/index.js';
import type { Language } from '../../config/index.js';
import { CurrentUser, CustomerRoute } from '../../identity/index.js';
import { ImmediateChangeService } from '../immediate-change.service.js';
import { PlanChangeService } from '../plan-change.service.js';
import { SubscriptionViewService } from '../subscription-view.service.js';
import { ChangePlanDto, PreviewChangeDto, QuoteDto } from './plan-change.dto.js';
import { toQuoteResponse } from './quote.response.js';
import { SubscriptionDto } from './subscription.dto.js';
import { toSubscriptionResponse } from './to-response.js';

@ApiTags('subscription')
@CustomerRoute()
@Controller('api/v1/general/subscription/change-plan')
export class PlanChangeController {
  constructor(
    private readonly planChanges: PlanChangeService,
    private readonly immediateChanges: ImmediateChangeService,
    private readonly views: SubscriptionViewService,
  ) {}

  @Post('preview')
  @Limited('provider_calls')
  @HttpCode(200)
  @ApiOperation({
    summary: 'What switching to another plan at once costs, gives back, and when it is billed next',
    description: 'Changes nothing. The quote holds for 15 minutes, in place of an earlier one.',
  })
  @ApiOkResponse({ type: QuoteDto })
  @ApiProblems(
    'subscription_not_authorized',
    'subscription_not_found',
    'group_ambiguous',
    'plan_not_found',
    'plan_not_available',
    'plan_unchanged',
    'plan_change_in_progress',
    'proration_mode_not_available',
    'subscription_canceling',
    'subscription_not_changeable',
    'validation_failed',
    'provider_unavailable',
    'provider_refused',
  )
  async preview(
    @CurrentUser() user: CurrentUser,
    @Body() body: PreviewChangeDto,
    @CallerLanguage() language: Language,
  ): Promise<QuoteDto> {
    const command = { planUuid: body.plan_id, groupExternalId: body.group_id, mode: body.proration_mode };
    return toQuoteResponse(await this.immediateChanges.preview(user, command), language);
  }

  @Post()
  @Limited('charges')
  @Idempotent()
  @HttpCode(202)
  @ApiOperation({
    summary: 'Switch to another plan: at the next renewal (`plan_id`), or at once (`quote_id`)',
    description:
      'At once: 200 when it is done; 202 while it is under way, and `latest_change` of `GET subscription` says how it goes on, and where ' +
      'the payment is authenticated. ' +
      '`plan_quote_changed` carries a new `quote`; `payment_declined` the `failure`, and `update_page`, the route that opens the ' +
      'provider’s page for another card.',
  })
  @ApiOkResponse({ type: SubscriptionDto })
  @ApiAcceptedResponse({ type: SubscriptionDto })
  @ApiProblems(
    ...IDEMPOTENCY_PROBLEMS,
    'subscription_not_authorized',
    'subscription_not_found',
    'group_ambiguous',
    'plan_not_found',
    'plan_not_available',
    'plan_unchanged',
    'plan_change_in_progress',
    'plan_limits_exceeded',
    'plan_quote_not_found',
    'plan_quote_expired',
    'plan_quote_changed',
    'proration_mode_not_available',
    'payment_declined',
    'subscription_canceling',
    'subscription_not_changeable',
    'provider_unavailable',
    'provider_refused',
  )
  async changePlan(
    @CurrentUser() user: CurrentUser,
    @Body() body: ChangePlanDto,
    @CallerLanguage() language: Language,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubscriptionDto> {
    const wish = toWish(body);
    if (wish.when === 'now')
      return this.execute(user, { uuid: wish.quoteUuid, groupExternalId: body.group_id }, language, reply);
    await this.planChanges.schedule(user, { planUuid: wish.planUuid, groupExternalId: body.group_id });
    return this.show(user, body.group_id, language);
  }

  private async execute(
    user: CurrentUser,
    quote: { readonly uuid: string; readonly groupExternalId?: string },
    language: Language,
    reply: FastifyReply,
  ): Promise<SubscriptionDto> {
    const execution = await this.immediateChanges.execute(user, quote.uuid, quote.groupExternalId);
    if (execution.kind === 'changed') {
      const changed = toQuoteResponse(execution.shown, language);
      throw new ApplicationError('plan_quote_changed', { extensions: { quote: changed } });
    }
    if (execution.kind === 'applied') void reply.status(200);
    return this.show(user, execution.groupExternalId, language);
  }

  private async show(
    user: CurrentUser,
    groupExternalId: string | undefined,
    language: Language,
  ): Promise<SubscriptionDto> {
    const view = await this.views.load(user, groupExternalId);
    // Its URL is a bearer credential, and answers are kept for their Idempotency-Key.
    return toSubscriptionResponse({ ...view, authenticationUrl: undefined }, language);
  }
}

type Wish =
  { readonly when: 'renewal'; readonly planUuid: string } | { readonly when: 'now'; readonly quoteUuid: string };

/** A plan without a price that was shown is only ever switched to at the renewal: the two are told apart by what is named. */
function toWish({ plan_id: planUuid, quote_id: quoteUuid, when, effective }: ChangePlanDto): Wish {
  if (planUuid !== undefined && quoteUuid === undefined && when === undefined) return { when: 'renewal', planUuid };
  const isNow = quoteUuid !== undefined && planUuid === undefined && effective === undefined && when === 'now';
  if (isNow) return { when: 'now', quoteUuid };
  const message = 'name either plan_id, or quote_id with when: now';
  throw new ApplicationError('validation_failed', { fields: [{ field: 'plan_id', message }] });
}
