import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../common/http/index.js';
import { ServiceRoute } from '../../identity/index.js';
import { SubscriptionViewService } from '../subscription-view.service.js';
import { UserEntitlementsDto, UserPathDto } from './subscription.dto.js';
import { toEntitlementsResponse } from './to-response.js';

@ApiTags('service')
@ServiceRoute()
@Controller('api/v1/service/entitlements')
export class EntitlementController {
  constructor(private readonly views: SubscriptionViewService) {}

  @Get(':userId')
  @ApiOperation({ summary: 'What a user has access to, by group and by product' })
  @ApiOkResponse({ type: UserEntitlementsDto })
  @ApiProblems('user_not_found', 'validation_failed')
  async ofUser(@Param() { userId }: UserPathDto): Promise<UserEntitlementsDto> {
    return toEntitlementsResponse(userId, await this.views.loadEntitlements(userId));
  }
}
