import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../common/http/index.js';
import { AdminRoute } from '../../identity/index.js';
import { FunnelAdministrationService } from '../funnel-administration.service.js';
import { UpsellSwitchDto } from './funnel.dto.js';

@ApiTags('admin: funnels')
@AdminRoute()
@Controller('api/v1/admin/upsell-switch')
export class UpsellSwitchController {
  constructor(private readonly funnels: FunnelAdministrationService) {}

  @Get()
  @ApiOperation({ summary: 'Whether every funnel is stopped' })
  @ApiOkResponse({ type: UpsellSwitchDto })
  async get(): Promise<UpsellSwitchDto> {
    return { is_killed: await this.funnels.isEverythingKilled() };
  }

  @Put()
  @ApiOperation({ summary: 'Stop every funnel at once, or let those run again that are not stopped themselves' })
  @ApiOkResponse({ type: UpsellSwitchDto })
  @ApiProblems('validation_failed')
  async set(@Body() body: UpsellSwitchDto): Promise<UpsellSwitchDto> {
    await this.funnels.setEverythingKilled(body.is_killed);
    return { is_killed: body.is_killed };
  }
}
