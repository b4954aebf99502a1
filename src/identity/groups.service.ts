import { Injectable } from '@nestjs/common';
import { UnitOfWork, type Tx } from '../common/database/index.js';
import { ApplicationError } from '../common/errors/index.js';
import { findUnknownUsers, type GroupMember } from './domain/membership.js';
import type { Group } from './domain/user.js';
import { GroupRepository, type NewMember } from './persistence/group.repository.js';
import { UserRepository } from './persistence/user.repository.js';
import { ProviderCustomersService } from './provider-customers.service.js';

export interface GroupCommand {
  readonly externalId: string;
  readonly name: string;
  /** All of them: whoever is not named is a member no more. */
  readonly members: readonly GroupMember[];
}

export interface GroupWithMembers {
  readonly group: Group;
  readonly members: readonly GroupMember[];
}

@Injectable()
export class GroupsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly users: UserRepository,
    private readonly groups: GroupRepository,
    private readonly customers: ProviderCustomersService,
  ) {}

  /** @throws ApplicationError user_not_found, its detail names every unknown user */
  upsert(command: GroupCommand): Promise<GroupWithMembers> {
    return this.unitOfWork.run(async (tx) => {
      const members = await this.loadNewMembers(tx, command.members);
      const group = await this.groups.upsert(tx, command.externalId, command.name);
      const before = new Set((await this.groups.findMembers(group.id, tx)).map((member) => member.userExternalId));
      await this.groups.replaceMembers(tx, group.id, members);
      const joined = members.filter((_member, position) => !before.has(command.members[position]!.userExternalId));
      // A subscription may have waited for its user to have a group.
      await this.customers.wakeWaitingEventsOf(
        tx,
        joined.map((member) => member.userId),
      );
      return { group, members: await this.groups.findMembers(group.id, tx) };
    });
  }

  /** @throws ApplicationError group_not_found */
  async get(externalId: string): Promise<GroupWithMembers> {
    const group = await this.groups.findByExternalId(externalId);
    if (!group) throw new ApplicationError('group_not_found');
    return { group, members: await this.groups.findMembers(group.id) };
  }

  private async loadNewMembers(tx: Tx, members: readonly GroupMember[]): Promise<NewMember[]> {
    const externalIds = members.map((member) => member.userExternalId);
    const userIds = await this.users.findIdsByExternalIds(externalIds, tx);
    const unknown = findUnknownUsers(members, userIds);
    if (unknown.length > 0) {
      throw new ApplicationError('user_not_found', { detail: `No user has the external id ${unknown.join(', ')}.` });
    }
    return members.map((member) => ({ userId: userIds.get(member.userExternalId)!, role: member.role }));
  }
}
