import { Body, Controller, Param, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../common/http/index.js';
import { ServiceRoute } from '../../identity/index.js';
import { UsageService } from '../usage.service.js';
import { GroupPathDto, UsageDto } from './usage.dto.js';

@ApiTags('service')
@ServiceRoute()
@Controller('api/v1/service/groups')
export class UsageController {
  constructor(private readonly usages: UsageService) {}

  @Put(':externalId/usage')
  @ApiOperation({ summary: 'Report all that a group uses of what plans limit; replaces what was reported before' })
  @ApiOkResponse({ type: UsageDto })
  @ApiProblems('group_not_found', 'validation_failed')
  async report(@Param() { externalId }: GroupPathDto, @Body() { usage }: UsageDto): Promise<UsageDto> {
    await this.usages.report(externalId, usage);
    return { usage };
  }
}
