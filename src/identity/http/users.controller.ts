import { Body, Controller, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../common/http/index.js';
import { Config } from '../../config/index.js';
import type { PaymentProvider } from '../domain/payment-provider.js';
import { UsersService, type UserCommand, type UserWithGroups } from '../users.service.js';
import { ServiceRoute } from './routes.decorator.js';
import { ExternalIdPathDto, UpsertUserDto, UserDto } from './users.dto.js';

@ApiTags('service: identity')
@ServiceRoute()
@Controller('api/v1/service/users')
export class UsersController {
  constructor(
    private readonly users: UsersService,
    private readonly config: Config,
  ) {}

  @Put(':externalId')
  @ApiOperation({ summary: 'Make a user known, or bring it up to date' })
  @ApiOkResponse({ type: UserDto })
  @ApiProblems('email_taken', 'provider_customer_taken', 'validation_failed')
  async upsert(@Param() path: ExternalIdPathDto, @Body() body: UpsertUserDto): Promise<UserDto> {
    return toResponse(await this.users.upsert(toCommand(path.externalId, body, this.config.defaultProvider)));
  }

  @Get(':externalId')
  @ApiOperation({ summary: 'Read a user' })
  @ApiOkResponse({ type: UserDto })
  @ApiProblems('user_not_found', 'validation_failed')
  async get(@Param() path: ExternalIdPathDto): Promise<UserDto> {
    return toResponse(await this.users.get(path.externalId));
  }

  @Post(':externalId/revoke-tokens')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Refuse every token that the user has been given until now',
    description:
      'When they sign out everywhere, or a token is stolen. It ends the tokens that you signed (by `iat`; those without one too) and ' +
      'the links to upsell pages, at once. A token that is signed a second later counts. What is being paid is finished.',
  })
  @ApiOkResponse({ type: UserDto })
  @ApiProblems('user_not_found', 'validation_failed')
  async revokeTokens(@Param() path: ExternalIdPathDto): Promise<UserDto> {
    return toResponse(await this.users.revokeTokens(path.externalId));
  }
}

function toCommand(externalId: string, body: UpsertUserDto, defaultProvider: PaymentProvider): UserCommand {
  const customerId = body.payment_provider_customer_id;
  return {
    externalId,
    name: body.name,
    email: body.email,
    providerCustomer:
      customerId === undefined ? undefined : { provider: body.payment_provider ?? defaultProvider, customerId },
  };
}

function toResponse({ user, groups }: UserWithGroups): UserDto {
  return {
    external_id: user.externalId,
    name: user.name,
    email: user.email,
    payment_provider_customer_id: user.paymentProviderCustomerId,
    groups: groups.map((group) => ({ external_id: group.externalId, name: group.name, role: group.role })),
    tokens_valid_from: user.tokensValidFrom?.toISOString() ?? null,
    created_at: user.createdAt.toISOString(),
    updated_at: user.updatedAt.toISOString(),
  };
}
