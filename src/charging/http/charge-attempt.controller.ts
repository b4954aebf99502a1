import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../common/http/index.js';
import { AdminRoute } from '../../identity/index.js';
import { ChargeAttemptsService } from '../charge-attempts.service.js';
import {
  ChargeAttemptDetailDto,
  ChargeAttemptPageDto,
  ChargeAttemptPathDto,
  ListChargeAttemptsDto,
} from './charge-attempt.dto.js';
import { toDetailResponse, toResponse } from './to-response.js';

@ApiTags('admin: charge attempts')
@Controller('api/v1/admin/charge-attempts')
@AdminRoute()
export class ChargeAttemptController {
  constructor(private readonly attempts: ChargeAttemptsService) {}

  @Get()
  @ApiOperation({ summary: 'List tries to move money, newest first' })
  @ApiOkResponse({ type: ChargeAttemptPageDto })
  @ApiProblems('cursor_unknown', 'validation_failed')
  async list(@Query() { limit, cursor, ...filter }: ListChargeAttemptsDto): Promise<ChargeAttemptPageDto> {
    const { attempts, hasMore } = await this.attempts.list(filter, { limit, before: cursor });
    return { items: attempts.map(toResponse), next_cursor: hasMore ? (attempts.at(-1)?.uuid ?? null) : null };
  }

  @Get(':id')
  @ApiOperation({ summary: 'Read one try to move money, and how it came to be what it is' })
  @ApiOkResponse({ type: ChargeAttemptDetailDto })
  @ApiProblems('not_found', 'validation_failed')
  async read(@Param() { id }: ChargeAttemptPathDto): Promise<ChargeAttemptDetailDto> {
    const { attempt, moves } = await this.attempts.get(id);
    return toDetailResponse(attempt, moves);
  }
}
