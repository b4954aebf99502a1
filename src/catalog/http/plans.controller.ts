import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CustomerRoute } from '../../identity/index.js';
import { CatalogService } from '../catalog.service.js';
import { toOfferedPlan } from './catalog.response.js';
import { OfferedPlansDto } from './plans.dto.js';

@ApiTags('customer: plans')
@CustomerRoute()
@Controller('api/v1/general/plans')
export class PlansController {
  constructor(private readonly catalog: CatalogService) {}

  @Get()
  @ApiOperation({ summary: 'The plans that can be bought' })
  @ApiOkResponse({ type: OfferedPlansDto })
  async list(): Promise<OfferedPlansDto> {
    return { plans: (await this.catalog.listOffered()).map(toOfferedPlan) };
  }
}
