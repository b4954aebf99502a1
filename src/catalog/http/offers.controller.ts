import { Body, Controller, Delete, Get, HttpCode, Param, Put } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../common/http/index.js';
import { AdminRoute } from '../../identity/index.js';
import { OffersService } from '../offers.service.js';
import { OfferDto } from './offer.dto.js';
import { toOffer, toOfferDraft } from './offer.response.js';
import { OfferPathDto, UpsertOfferDto } from './offers.dto.js';

@ApiTags('admin: catalogue')
@AdminRoute()
@Controller('api/v1/admin/offers')
export class OffersController {
  constructor(private readonly offers: OffersService) {}

  @Get()
  @ApiOperation({ summary: 'Every offer, by code, with what its plan is sold at now' })
  @ApiOkResponse({ type: [OfferDto] })
  async list(): Promise<OfferDto[]> {
    return (await this.offers.list()).map(toOffer);
  }

  @Get(':code')
  @ApiOperation({ summary: 'One offer' })
  @ApiOkResponse({ type: OfferDto })
  @ApiProblems('offer_not_found', 'validation_failed')
  async read(@Param() path: OfferPathDto): Promise<OfferDto> {
    return toOffer(await this.offers.get(path.code));
  }

  @Put(':code')
  @ApiOperation({
    summary: 'Make an offer exist, or bring it up to date',
    description:
      'What it sells never changes. A new price is what customers are asked from then on; sales keep theirs.',
  })
  @ApiOkResponse({ type: OfferDto })
  @ApiProblems('product_not_found', 'plan_not_found', 'offer_immutable', 'price_taken', 'validation_failed')
  async upsert(@Param() path: OfferPathDto, @Body() body: UpsertOfferDto): Promise<OfferDto> {
    return toOffer(await this.offers.upsert(toOfferDraft(path.code, body)));
  }

  @Delete(':code')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Delete an offer that no funnel and no sale refers to',
    description: 'To stop asking customers to buy it, put `is_active: false`.',
  })
  @ApiNoContentResponse()
  @ApiProblems('offer_not_found', 'in_use', 'validation_failed')
  delete(@Param() path: OfferPathDto): Promise<void> {
    return this.offers.delete(path.code);
  }
}
