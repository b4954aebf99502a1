import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayUnique, IsArray, IsIn } from 'class-validator';
import { IsForeignId, IsNested, IsText } from '../../common/http/index.js';
import { GROUP_ROLES, type GroupRole } from '../domain/membership.js';
import { HasOwner } from './has-owner.decorator.js';

const MAXIMUM_MEMBERS = 500;

export class GroupMemberDto {
  @ApiProperty({ example: 'user-42' })
  @IsForeignId()
  user_external_id: string;

  @ApiProperty({ enum: GROUP_ROLES, example: 'owner' })
  @IsIn(GROUP_ROLES)
  role: GroupRole;
}

export class UpsertGroupDto {
  @ApiProperty({ example: 'Hoa & Partners' })
  @IsText(255)
  name: string;

  @ApiProperty({ type: [GroupMemberDto], description: 'All members: whoever is not named leaves the group' })
  @IsArray()
  @ArrayMaxSize(MAXIMUM_MEMBERS)
  @ArrayUnique((member: unknown) => Object(member).user_external_id, {
    message: '$property must name each user once',
  })
  @HasOwner()
  @IsNested(() => GroupMemberDto, { each: true })
  members: GroupMemberDto[];
}

export class GroupDto {
  @ApiProperty({ example: 'team-7' })
  external_id: string;

  @ApiProperty({ example: 'Hoa & Partners' })
  name: string;

  @ApiProperty({ type: [GroupMemberDto], description: 'By external id' })
  members: GroupMemberDto[];
}
