import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems, type RouteSettings } from '../../common/http/index.js';
import { GroupsService, type GroupCommand, type GroupWithMembers } from '../groups.service.js';
import { GroupDto, UpsertGroupDto } from './groups.dto.js';
import { ServiceRoute } from './routes.decorator.js';
import { ExternalIdPathDto } from './users.dto.js';

/** Bytes: the most members with the longest ids. */
const BODY_LIMIT = 256 * 1024;

@ApiTags('service: identity')
@ServiceRoute()
@Controller('api/v1/service/groups')
export class GroupsController {
  constructor(private readonly groups: GroupsService) {}

  @Put(':externalId')
  @RouteConfig({ bodyLimit: BODY_LIMIT } satisfies RouteSettings)
  @ApiOperation({ summary: 'Make a group known; its members become exactly these' })
  @ApiOkResponse({ type: GroupDto })
  @ApiProblems('user_not_found', 'validation_failed')
  async upsert(@Param() path: ExternalIdPathDto, @Body() body: UpsertGroupDto): Promise<GroupDto> {
    return toResponse(await this.groups.upsert(toCommand(path.externalId, body)));
  }

  @Get(':externalId')
  @ApiOperation({ summary: 'Read a group and its members' })
  @ApiOkResponse({ type: GroupDto })
  @ApiProblems('group_not_found', 'validation_failed')
  async get(@Param() path: ExternalIdPathDto): Promise<GroupDto> {
    return toResponse(await this.groups.get(path.externalId));
  }
}

const toCommand = (externalId: string, body: UpsertGroupDto): GroupCommand => ({
  externalId,
  name: body.name,
  members: body.members.map((member) => ({ userExternalId: member.user_external_id, role: member.role })),
});

const toResponse = ({ group, members }: GroupWithMembers): GroupDto => ({
  external_id: group.externalId,
  name: group.name,
  members: members.map((member) => ({ user_external_id: member.userExternalId, role: member.role })),
});
