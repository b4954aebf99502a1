import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../common/http/index.js';
import { CurrentRequestId, IDEMPOTENCY_PROBLEMS, Idempotent } from '../../common/idempotency/index.js';
import { Limited } from '../../common/rate-limits/index.js';
import { AdminRoute } from '../../identity/index.js';
import { RefundsService } from '../refunds.service.js';
import { SalesService } from '../sales.service.js';
import { ListSalesDto, RefundDto, RefundedItemDto, SaleDto, SaleIdPathDto, SalePageDto } from './sales.dto.js';
import { toSaleResponse } from './sales.response.js';

@ApiTags('admin: sales')
@AdminRoute()
@Controller('api/v1/admin')
export class AdminSalesController {
  constructor(
    private readonly sales: SalesService,
    private readonly refunds: RefundsService,
  ) {}

  @Get('sales')
  @ApiOperation({ summary: 'List sales, newest first' })
  @ApiOkResponse({ type: SalePageDto })
  @ApiProblems('cursor_unknown', 'validation_failed')
  async list(@Query() { status, user_id, limit, cursor }: ListSalesDto): Promise<SalePageDto> {
    const { sales, hasMore } = await this.sales.list({ status, userExternalId: user_id }, { limit, before: cursor });
    return { items: sales.map(toSaleResponse), next_cursor: hasMore ? (sales.at(-1)?.sale.uuid ?? null) : null };
  }

  @Get('sales/:id')
  @ApiOperation({ summary: 'Read a sale' })
  @ApiOkResponse({ type: SaleDto })
  @ApiProblems('sale_not_found', 'validation_failed')
  async get(@Param() { id }: SaleIdPathDto): Promise<SaleDto> {
    return toSaleResponse(await this.sales.get(id));
  }

  @Post('sale-items/:id/refund')
  @Limited('charges')
  @Idempotent({ required: true })
  @HttpCode(200)
  @ApiOperation({
    summary: 'Refund a paid item, whole or in part',
    description:
      'What was given for it is taken back once all of it is refunded. Each request refunds again, so `Idempotency-Key` is ' +
      'required: a request that is repeated with its key is one refund. `refund_not_possible` says why in `detail`.',
  })
  @ApiOkResponse({ type: RefundedItemDto })
  @ApiProblems(...IDEMPOTENCY_PROBLEMS, 'sale_item_not_found', 'refund_not_possible', 'provider_unavailable')
  async refund(
    @Param() { id }: SaleIdPathDto,
    @Body() body: RefundDto,
    @CurrentRequestId() requestId: string,
  ): Promise<RefundedItemDto> {
    const { sale, attempt } = await this.refunds.refund(id, body, requestId);
    const status = attempt.status === 'succeeded' || attempt.status === 'pending' ? attempt.status : 'unknown';
    return { status, sale: toSaleResponse(await this.sales.complete(sale)) };
  }
}
