import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AdminRoute } from '../../identity/index.js';
import { InvariantsService } from '../invariants.service.js';
import { InvariantReportDto } from './invariants.dto.js';
import { toResponse } from './to-response.js';

@ApiTags('admin: operations')
@Controller('api/v1/admin/invariants')
@AdminRoute()
export class InvariantsController {
  constructor(private readonly invariants: InvariantsService) {}

  @Get()
  @ApiOperation({
    summary: 'Look whether everything that is promised of the data is so',
    description:
      'Reads the whole at one moment and changes nothing. It is 200 whatever it finds; the worker looks every ten minutes too, ' +
      'and tells the metric `uplift_invariant_violations`.',
  })
  @ApiOkResponse({ type: InvariantReportDto })
  async read(): Promise<InvariantReportDto> {
    return toResponse(await this.invariants.look());
  }
}
