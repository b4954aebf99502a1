import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../common/http/index.js';
import { ServiceRoute } from '../../identity/index.js';
import { TriggersService, type ToldMoment } from '../triggers.service.js';
import { MomentDto, TellMomentDto } from './triggers.dto.js';

@ApiTags('service: upsell triggers')
@ServiceRoute()
@Controller('api/v1/service/upsell-triggers')
export class TriggersController {
  constructor(private readonly triggers: TriggersService) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Tell of a moment that is worth an offer: a milestone of usage, a plan’s limit, onboarding done',
    description: 'What is offered, the rules say. The same user, trigger and key again is the same moment.',
  })
  @ApiOkResponse({ type: MomentDto })
  @ApiProblems('user_not_found', 'group_not_found', 'return_url_not_allowed', 'validation_failed')
  async tell(@Body() body: TellMomentDto): Promise<MomentDto> {
    const told = await this.triggers.tell({
      userExternalId: body.user_id,
      groupExternalId: body.group_id,
      trigger: body.trigger,
      key: body.key,
      value: body.value,
      details: body.details,
      returnUrl: body.return_url,
    });
    return toMoment(told);
  }
}

const toMoment = ({ trigger, offer }: ToldMoment): MomentDto => ({
  id: trigger.uuid,
  trigger: trigger.trigger,
  key: trigger.key,
  status: trigger.status,
  offer: offer ? { offer_id: offer.uuid, offer_code: offer.code } : null,
  expires_at: trigger.expiresAt?.toISOString() ?? null,
});
