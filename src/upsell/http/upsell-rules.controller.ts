import { Body, Controller, Delete, Get, HttpCode, Param, Put } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../common/http/index.js';
import { AdminRoute } from '../../identity/index.js';
import { UpsellRulesService, type NamedRule, type RuleDraft } from '../upsell-rules.service.js';
import { PutRuleDto, RuleDto, RulePathDto } from './upsell-rules.dto.js';

@ApiTags('admin: upsell rules')
@AdminRoute()
@Controller('api/v1/admin/upsell-rules')
export class UpsellRulesController {
  constructor(private readonly rules: UpsellRulesService) {}

  @Get()
  @ApiOperation({ summary: 'Every rule, by code, and what came of it' })
  @ApiOkResponse({ type: [RuleDto] })
  async list(): Promise<RuleDto[]> {
    return (await this.rules.list()).map(toRule);
  }

  @Get(':code')
  @ApiOperation({ summary: 'One rule, and what came of it' })
  @ApiOkResponse({ type: RuleDto })
  @ApiProblems('upsell_rule_not_found', 'validation_failed')
  async get(@Param() { code }: RulePathDto): Promise<RuleDto> {
    return toRule(await this.rules.get(code));
  }

  @Put(':code')
  @ApiOperation({
    summary: 'Say what is offered at a moment of customers',
    description:
      'Of several that hold, that of the customer’s plan comes first, then the highest minimum. What was offered before stays.',
  })
  @ApiOkResponse({ type: RuleDto })
  @ApiProblems('offer_not_found', 'plan_not_found', 'validation_failed')
  async put(@Param() { code }: RulePathDto, @Body() body: PutRuleDto): Promise<RuleDto> {
    return toRule(await this.rules.put(toDraft(code, body)));
  }

  @Delete(':code')
  @HttpCode(204)
  @ApiOperation({ summary: 'Offer it no more; what was offered before stays' })
  @ApiNoContentResponse()
  @ApiProblems('upsell_rule_not_found', 'validation_failed')
  delete(@Param() { code }: RulePathDto): Promise<void> {
    return this.rules.delete(code);
  }
}

const toDraft = (code: string, body: PutRuleDto): RuleDraft => ({
  code,
  trigger: body.trigger,
  offerCode: body.offer_code,
  planCode: body.plan_code ?? null,
  minimum: body.minimum ?? null,
  validMinutes: body.valid_minutes,
  isActive: body.is_active ?? true,
});

const toRule = ({ rule, offerCode, planCode, counts }: NamedRule): RuleDto => ({
  code: rule.code,
  trigger: rule.trigger,
  offer_code: offerCode,
  plan_code: planCode,
  minimum: rule.minimum,
  valid_minutes: rule.validMinutes,
  is_active: rule.isActive,
  counts,
});
