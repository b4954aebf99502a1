import { Body, Controller, Delete, Get, Header, HttpCode, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../common/http/index.js';
import { ApiKeysService } from '../api-keys.service.js';
import type { ApiKey } from '../domain/api-key.js';
import { ApiKeyDto, ApiKeyPathDto, CreateApiKeyDto, CreatedApiKeyDto } from './api-keys.dto.js';
import { AdminRoute } from './routes.decorator.js';

@ApiTags('admin: api keys')
@AdminRoute()
@Controller('api/v1/admin/api-keys')
export class ApiKeysController {
  constructor(private readonly keys: ApiKeysService) {}

  @Post()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Create an API key; the answer is the only place where it is shown' })
  @ApiCreatedResponse({ type: CreatedApiKeyDto })
  @ApiProblems('validation_failed')
  async create(@Body() body: CreateApiKeyDto): Promise<CreatedApiKeyDto> {
    const { apiKey, secret } = await this.keys.create(body);
    return { ...toResponse(apiKey), key: secret };
  }

  @Get()
  @ApiOperation({ summary: 'List the API keys, revoked ones too, newest first' })
  @ApiOkResponse({ type: [ApiKeyDto] })
  async list(): Promise<ApiKeyDto[]> {
    return (await this.keys.list()).map(toResponse);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Revoke an API key' })
  @ApiNoContentResponse()
  @ApiProblems('not_found', 'validation_failed')
  async revoke(@Param() path: ApiKeyPathDto): Promise<void> {
    await this.keys.revoke(path.id);
  }
}

const toResponse = (key: ApiKey): ApiKeyDto => ({
  id: key.uuid,
  name: key.name,
  prefix: key.prefix,
  scopes: [...key.scopes],
  created_at: key.createdAt.toISOString(),
  last_used_at: key.lastUsedAt?.toISOString() ?? null,
  revoked_at: key.revokedAt?.toISOString() ?? null,
});
