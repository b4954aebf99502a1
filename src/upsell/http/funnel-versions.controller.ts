import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../common/http/index.js';
import { AdminRoute, CurrentApiCaller } from '../../identity/index.js';
import { FunnelAdministrationService } from '../funnel-administration.service.js';
import { FunnelPublicationService } from '../funnel-publication.service.js';
import {
  FunnelDto,
  FunnelIdPathDto,
  FunnelVersionDto,
  FunnelVersionPathDto,
  FunnelVersionWithStepsDto,
  PublishFunnelDto,
  RollBackFunnelDto,
  RolledBackFunnelDto,
} from './funnel.dto.js';
import { toFunnel, toRolledBack, toVersion, toVersionWithSteps } from './funnel.response.js';

@ApiTags('admin: funnels')
@AdminRoute()
@Controller('api/v1/admin/funnels/:id')
export class FunnelVersionsController {
  constructor(
    private readonly funnels: FunnelAdministrationService,
    private readonly publication: FunnelPublicationService,
  ) {}

  @Post('publish')
  @ApiOperation({
    summary: 'Check the draft and make it the next version',
    description:
      'New sessions go through it; running ones keep the version that they began with. A draft with problems is refused: ' +
      '`errors` names each with its step and rule, and so does the member `problems`, as in the draft.',
  })
  @ApiCreatedResponse({ type: FunnelVersionWithStepsDto })
  @ApiProblems('funnel_not_found', 'funnel_invalid', 'validation_failed')
  async publish(
    @Param() path: FunnelIdPathDto,
    @Body() body: PublishFunnelDto,
    @CurrentApiCaller() caller: CurrentApiCaller,
  ): Promise<FunnelVersionWithStepsDto> {
    const by = { note: body.note ?? null, publishedBy: caller.prefix };
    return toVersionWithSteps(await this.publication.publish(path.id, by));
  }

  @Get('versions')
  @ApiOperation({ summary: 'What was published, the newest first' })
  @ApiOkResponse({ type: [FunnelVersionDto] })
  @ApiProblems('funnel_not_found', 'validation_failed')
  async list(@Param() path: FunnelIdPathDto): Promise<FunnelVersionDto[]> {
    return (await this.publication.listVersions(path.id)).map(toVersion);
  }

  @Get('versions/:number')
  @ApiOperation({ summary: 'One version with its steps' })
  @ApiOkResponse({ type: FunnelVersionWithStepsDto })
  @ApiProblems('funnel_not_found', 'funnel_version_not_found', 'validation_failed')
  async get(@Param() path: FunnelVersionPathDto): Promise<FunnelVersionWithStepsDto> {
    return toVersionWithSteps(await this.publication.getVersion(path.id, path.number));
  }

  @Post('rollback')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Make an earlier version current again',
    description:
      'It is never refused because of the catalogue: offers that cannot be shown now are skipped in sessions, and the ' +
      'answer names them. The draft stays as it is.',
  })
  @ApiOkResponse({ type: RolledBackFunnelDto })
  @ApiProblems('funnel_not_found', 'funnel_version_not_found', 'validation_failed')
  async rollBack(@Param() path: FunnelIdPathDto, @Body() body: RollBackFunnelDto): Promise<RolledBackFunnelDto> {
    return toRolledBack(await this.publication.rollBack(path.id, body.version));
  }

  @Post('kill')
  @HttpCode(200)
  @ApiOperation({ summary: 'Stop the funnel at once, for running sessions too; nothing is offered instead' })
  @ApiOkResponse({ type: FunnelDto })
  @ApiProblems('funnel_not_found', 'validation_failed')
  async kill(@Param() path: FunnelIdPathDto): Promise<FunnelDto> {
    return toFunnel(await this.funnels.setKilled(path.id, true));
  }

  @Post('revive')
  @HttpCode(200)
  @ApiOperation({ summary: 'Let a stopped funnel run again, for sales from now on' })
  @ApiOkResponse({ type: FunnelDto })
  @ApiProblems('funnel_not_found', 'validation_failed')
  async revive(@Param() path: FunnelIdPathDto): Promise<FunnelDto> {
    return toFunnel(await this.funnels.setKilled(path.id, false));
  }
}
