import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApplicationError } from '../../common/errors/index.js';
import { ApiProblems } from '../../common/http/index.js';
import { IDEMPOTENCY_PROBLEMS, Idempotent } from '../../common/idempotency/index.js';
import { Limited } from '../../common/rate-limits/index.js';
import { ServiceRoute } from '../../identity/index.js';
import { SaleClaimsService, type SaleClaim } from '../sale-claims.service.js';
import { SalesService } from '../sales.service.js';
import { ClaimedSaleDto, ClaimSaleDto, SaleDto, SaleIdPathDto } from './sales.dto.js';
import { toClaimedResponse, toSaleResponse } from './sales.response.js';

@ApiTags('service: sales')
@ServiceRoute()
@Controller('api/v1/service/sales')
export class SalesController {
  constructor(
    private readonly claims: SaleClaimsService,
    private readonly sales: SalesService,
  ) {}

  @Post()
  @Limited('provider_calls')
  @Idempotent()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Make a paid payment a sale, and get the page to send its customer to',
    description: 'Checked with the provider. The same payment again is the same sale, with fresh links.',
  })
  @ApiOkResponse({ type: ClaimedSaleDto })
  @ApiProblems(
    ...IDEMPOTENCY_PROBLEMS,
    'user_not_found',
    'group_not_found',
    'return_url_not_allowed',
    'payment_not_found',
    'payment_not_paid',
    'payment_not_a_sale',
    'offer_not_found',
    'sale_customer_mismatch',
    'provider_customer_taken',
    'provider_unavailable',
    'provider_refused',
  )
  async claim(@Body() body: ClaimSaleDto): Promise<ClaimedSaleDto> {
    const whole = await this.sales.complete(await this.claims.claim(toClaim(body)));
    return toClaimedResponse(whole, await this.sales.linkPages(whole));
  }

  @Get(':id')
  @ApiOperation({ summary: 'Read a sale' })
  @ApiOkResponse({ type: SaleDto })
  @ApiProblems('sale_not_found', 'validation_failed')
  async get(@Param() { id }: SaleIdPathDto): Promise<SaleDto> {
    return toSaleResponse(await this.sales.get(id));
  }
}

const toClaim = (body: ClaimSaleDto): SaleClaim => ({
  provider: body.provider,
  payment: toReference(body),
  userExternalId: body.user_id,
  groupExternalId: body.group_id,
  offerUuid: body.offer_uuid,
  language: body.language,
  returnUrl: body.return_url,
});

/** @throws ApplicationError validation_failed */
function toReference({ payment_id: paymentId, checkout_id: checkoutId }: ClaimSaleDto): SaleClaim['payment'] {
  if (paymentId !== undefined && checkoutId === undefined) return { paymentId };
  if (checkoutId !== undefined && paymentId === undefined) return { checkoutId };
  const message = 'give payment_id or checkout_id, not both';
  throw new ApplicationError('validation_failed', { fields: [{ field: 'payment_id', message }] });
}
