import { Body, Controller, Delete, Get, Header, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../common/http/index.js';
import { AdminRoute } from '../../identity/index.js';
import { WebhookEndpointsService } from '../webhook-endpoints.service.js';
import { toEndpointResponse } from './to-response.js';
import {
  CreateWebhookEndpointDto,
  UpdateWebhookEndpointDto,
  WebhookEndpointDto,
  WebhookEndpointPathDto,
  WebhookEndpointWithSecretDto,
} from './webhook-endpoint.dto.js';

@ApiTags('admin: merchant webhooks')
@Controller('api/v1/admin/webhook-endpoints')
@AdminRoute()
export class WebhookEndpointController {
  constructor(private readonly endpoints: WebhookEndpointsService) {}

  @Get()
  @ApiOperation({ summary: 'List the endpoints, inactive ones too, newest first' })
  @ApiOkResponse({ type: [WebhookEndpointDto] })
  async list(): Promise<WebhookEndpointDto[]> {
    return (await this.endpoints.list()).map(toEndpointResponse);
  }

  @Post()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Add an endpoint; the answer is the only place where its secret is shown' })
  @ApiCreatedResponse({ type: WebhookEndpointWithSecretDto })
  @ApiProblems('webhook_url_not_allowed', 'validation_failed')
  async create(@Body() body: CreateWebhookEndpointDto): Promise<WebhookEndpointWithSecretDto> {
    const { url, description = null, event_types: eventTypes = [] } = body;
    const { endpoint, secret } = await this.endpoints.create({ url, description, eventTypes });
    return { ...toEndpointResponse(endpoint), secret };
  }

  @Get(':id')
  @ApiOperation({ summary: 'Read one endpoint' })
  @ApiOkResponse({ type: WebhookEndpointDto })
  @ApiProblems('webhook_endpoint_not_found', 'validation_failed')
  async read(@Param() { id }: WebhookEndpointPathDto): Promise<WebhookEndpointDto> {
    return toEndpointResponse(await this.endpoints.get(id));
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Change an endpoint; what is left out stays' })
  @ApiOkResponse({ type: WebhookEndpointDto })
  @ApiProblems('webhook_endpoint_not_found', 'webhook_url_not_allowed', 'validation_failed')
  async update(
    @Param() { id }: WebhookEndpointPathDto,
    @Body() body: UpdateWebhookEndpointDto,
  ): Promise<WebhookEndpointDto> {
    const { url, description, event_types: eventTypes, is_active: isActive } = body;
    return toEndpointResponse(await this.endpoints.update(id, { url, description, eventTypes, isActive }));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Deactivate an endpoint; messages that wait for it fail' })
  @ApiNoContentResponse()
  @ApiProblems('webhook_endpoint_not_found', 'validation_failed')
  async deactivate(@Param() { id }: WebhookEndpointPathDto): Promise<void> {
    await this.endpoints.deactivate(id);
  }

  @Post(':id/rotate-secret')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Make a new secret; the answer is the only place where it is shown',
    description: 'For 24 hours messages carry two signatures, of the new secret and of the one before.',
  })
  @ApiOkResponse({ type: WebhookEndpointWithSecretDto })
  @ApiProblems('webhook_endpoint_not_found', 'validation_failed')
  async rotateSecret(@Param() { id }: WebhookEndpointPathDto): Promise<WebhookEndpointWithSecretDto> {
    const { endpoint, secret } = await this.endpoints.rotateSecret(id);
    return { ...toEndpointResponse(endpoint), secret };
  }
}
