import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../common/http/index.js';
import { AdminRoute, CurrentApiCaller } from '../../identity/index.js';
import { ReconciliationsService } from '../reconciliations.service.js';
import {
  DifferenceDto,
  DifferencePageDto,
  DifferencePathDto,
  ListDifferencesDto,
  ListReconciliationsDto,
  ReconciliationDto,
  ReconciliationPageDto,
  ReconciliationPathDto,
  SettleDifferenceDto,
  StartedReconciliationsDto,
  StartReconciliationDto,
} from './reconciliation.dto.js';
import { toDifferenceResponse, toRunResponse } from './to-response.js';

@ApiTags('admin: reconciliations')
@Controller('api/v1/admin/reconciliations')
@AdminRoute()
export class ReconciliationController {
  constructor(private readonly reconciliations: ReconciliationsService) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({
    summary: 'Compare subscriptions, pending changes and charges with the provider',
    description:
      'Dry unless `dry_run` is false. A run goes on in the background: read it until its status is no longer `running`.',
  })
  @ApiAcceptedResponse({ type: StartedReconciliationsDto })
  @ApiProblems('provider_not_configured', 'reconciliation_running', 'validation_failed')
  async start(
    @Body() { provider, dry_run: dryRun, since }: StartReconciliationDto,
    @CurrentApiCaller() caller: CurrentApiCaller,
  ): Promise<StartedReconciliationsDto> {
    // Null is as if it were left out, and nothing is applied by leaving something out.
    const wanted = {
      provider: provider ?? undefined,
      dryRun: dryRun ?? true,
      since: since ? new Date(since) : undefined,
    };
    const runs = await this.reconciliations.start({ ...wanted, requestedBy: caller.prefix });
    return { items: runs.map(toRunResponse) };
  }

  @Get()
  @ApiOperation({ summary: 'List comparisons with providers, newest first' })
  @ApiOkResponse({ type: ReconciliationPageDto })
  @ApiProblems('cursor_unknown', 'validation_failed')
  async list(@Query() { limit, cursor, ...filter }: ListReconciliationsDto): Promise<ReconciliationPageDto> {
    const { runs, hasMore } = await this.reconciliations.list(filter, { limit, before: cursor });
    return { items: runs.map(toRunResponse), next_cursor: hasMore ? (runs.at(-1)?.run.uuid ?? null) : null };
  }

  @Get(':id')
  @ApiOperation({ summary: 'Read one comparison, with the counts of what it found' })
  @ApiOkResponse({ type: ReconciliationDto })
  @ApiProblems('not_found', 'validation_failed')
  async read(@Param() { id }: ReconciliationPathDto): Promise<ReconciliationDto> {
    return toRunResponse(await this.reconciliations.get(id));
  }

  @Get(':id/differences')
  @ApiOperation({ summary: 'List what one comparison found, in the order in which it was found' })
  @ApiOkResponse({ type: DifferencePageDto })
  @ApiProblems('not_found', 'cursor_unknown', 'validation_failed')
  async listDifferences(
    @Param() { id }: ReconciliationPathDto,
    @Query() { limit, cursor, ...filter }: ListDifferencesDto,
  ): Promise<DifferencePageDto> {
    const { differences, hasMore } = await this.reconciliations.listDifferences(id, filter, { limit, after: cursor });
    return {
      items: differences.map(toDifferenceResponse),
      next_cursor: hasMore ? (differences.at(-1)?.uuid ?? null) : null,
    };
  }

  @Post(':id/differences/:difference_id/settle')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Decide about a difference that waits for a person',
    description:
      'Also about one that a dry run has found. What is dismissed is not told again while it stays the same. What could not be adopted stays `open`, and `note` says why.',
  })
  @ApiOkResponse({ type: DifferenceDto })
  @ApiProblems(
    'not_found',
    'reconciliation_settled',
    'reconciliation_not_adoptable',
    'provider_unavailable',
    'provider_refused',
    'provider_not_configured',
    'validation_failed',
  )
  async settle(
    @Param() { id, difference_id: differenceId }: DifferencePathDto,
    @Body() { decision, note }: SettleDifferenceDto,
    @CurrentApiCaller() caller: CurrentApiCaller,
  ): Promise<DifferenceDto> {
    const wanted = { kind: decision, note: note ?? null, by: `key:${caller.prefix}` };
    return toDifferenceResponse(await this.reconciliations.settle(id, differenceId, wanted));
  }
}
