import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems, type RouteSettings } from '../../common/http/index.js';
import { AdminRoute } from '../../identity/index.js';
import { FunnelAdministrationService } from '../funnel-administration.service.js';
import { FunnelCodePathDto, SaveFunnelDto } from './funnel-draft.dto.js';
import { FunnelDto, FunnelWithDraftDto } from './funnel.dto.js';
import { toDraft, toFunnel, toFunnelWithDraft } from './funnel.response.js';

/** Bytes: twenty steps with the longest texts in three languages. */
const BODY_LIMIT = 1024 * 1024;

@ApiTags('admin: funnels')
@AdminRoute()
@Controller('api/v1/admin/funnels')
export class FunnelDraftsController {
  constructor(private readonly funnels: FunnelAdministrationService) {}

  @Get()
  @ApiOperation({ summary: 'Every funnel, the oldest first, without the drafts' })
  @ApiOkResponse({ type: [FunnelDto] })
  async list(): Promise<FunnelDto[]> {
    return (await this.funnels.list()).map(toFunnel);
  }

  @Get('offer/:code')
  @ApiOperation({
    summary: 'The funnel after this offer was bought: its draft, and what keeps it from being published',
  })
  @ApiOkResponse({ type: FunnelWithDraftDto })
  @ApiProblems('offer_not_found', 'funnel_not_found', 'validation_failed')
  async getOfOffer(@Param() path: FunnelCodePathDto): Promise<FunnelWithDraftDto> {
    return toFunnelWithDraft(await this.funnels.get('offer', path.code));
  }

  @Put('offer/:code')
  @RouteConfig({ bodyLimit: BODY_LIMIT } satisfies RouteSettings)
  @ApiOperation({
    summary: 'Save the draft of the funnel after this offer was bought; customers see it once published',
  })
  @ApiOkResponse({ type: FunnelWithDraftDto })
  @ApiProblems('offer_not_found', 'validation_failed')
  async saveOfOffer(@Param() path: FunnelCodePathDto, @Body() body: SaveFunnelDto): Promise<FunnelWithDraftDto> {
    return toFunnelWithDraft(await this.funnels.saveDraft('offer', path.code, toDraft(body)));
  }

  @Get('product/:code')
  @ApiOperation({ summary: 'The funnel after any offer of this product was bought that has no funnel of its own' })
  @ApiOkResponse({ type: FunnelWithDraftDto })
  @ApiProblems('product_not_found', 'funnel_not_found', 'validation_failed')
  async getOfProduct(@Param() path: FunnelCodePathDto): Promise<FunnelWithDraftDto> {
    return toFunnelWithDraft(await this.funnels.get('product', path.code));
  }

  @Put('product/:code')
  @RouteConfig({ bodyLimit: BODY_LIMIT } satisfies RouteSettings)
  @ApiOperation({ summary: 'Save the draft of a product’s funnel; customers see it once published' })
  @ApiOkResponse({ type: FunnelWithDraftDto })
  @ApiProblems('product_not_found', 'validation_failed')
  async saveOfProduct(@Param() path: FunnelCodePathDto, @Body() body: SaveFunnelDto): Promise<FunnelWithDraftDto> {
    return toFunnelWithDraft(await this.funnels.saveDraft('product', path.code, toDraft(body)));
  }
}
