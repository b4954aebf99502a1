import { Controller, Get, Logger } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Database } from '../database/index.js';
import { ApplicationError } from '../errors/index.js';
import { ApiProblems } from '../http/index.js';
import { Shutdown } from '../shutdown/index.js';

const DATABASE_DEADLINE_MILLISECONDS = 2_000;

class HealthDto {
  @ApiProperty({ enum: ['ok'] })
  status: 'ok';
}

@ApiTags('health')
@Controller('health')
export class HealthController {
  private readonly logger = new Logger(HealthController.name);

  constructor(
    private readonly database: Database,
    private readonly shutdown: Shutdown,
  ) {}

  @Get('live')
  @ApiOperation({ summary: 'The process runs' })
  @ApiOkResponse({ type: HealthDto })
  live(): HealthDto {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'The process can serve: its database answers, and it was not told to stop' })
  @ApiOkResponse({ type: HealthDto })
  @ApiProblems('service_unavailable')
  async ready(): Promise<HealthDto> {
    if (this.shutdown.begun.aborted) {
      throw new ApplicationError('service_unavailable', { detail: 'This process is stopping.' });
    }
    await this.askDatabase();
    return { status: 'ok' };
  }

  private async askDatabase(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error('no answer in time')), DATABASE_DEADLINE_MILLISECONDS);
    });
    try {
      await Promise.race([this.database.query('SELECT 1'), deadline]);
    } catch (error) {
      this.logger.error({ message: 'not ready: the database does not answer', error: String(error) });
      throw new ApplicationError('service_unavailable', { detail: 'The database does not answer.', cause: error });
    } finally {
      clearTimeout(timer);
    }
  }
}
