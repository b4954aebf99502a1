import { Controller, Get, Header, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems, CallerLanguage } from '../../common/http/index.js';
import type { Language } from '../../config/index.js';
import { ThankYouService } from '../thank-you.service.js';
import type { UpsellTicket } from '../upsell-tokens.js';
import { ThankYouViewDto } from './thank-you.dto.js';
import { Ticket, UpsellRoute } from './upsell-token.guard.js';
import { BoughtOfferPathDto } from './upsell.dto.js';

@ApiTags('upsell')
@UpsellRoute()
@Controller('thank-you/:offer_uuid')
export class ThankYouController {
  constructor(private readonly thankYou: ThankYouService) {}

  @Get()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'What was bought, and how the customer gets it' })
  @ApiOkResponse({ type: ThankYouViewDto })
  @ApiProblems('upsell_session_not_found', 'validation_failed')
  show(
    @Ticket() ticket: UpsellTicket,
    @Param() { offer_uuid }: BoughtOfferPathDto,
    @CallerLanguage() language: Language,
  ): Promise<ThankYouViewDto> {
    return this.thankYou.show({ ticket, offerUuid: offer_uuid, language });
  }
}
