import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../common/database/index.js';
import type { GroupRole, GroupMember } from '../domain/membership.js';
import type { Group, Membership } from '../domain/user.js';

interface GroupRow {
  readonly id: string;
  readonly external_id: string;
  readonly name: string;
}

export interface NewMember {
  readonly userId: string;
  readonly role: GroupRole;
}

@Injectable()
export class GroupRepository {
  constructor(private readonly database: Database) {}

  async findByIds(ids: readonly string[], tx?: Tx): Promise<Map<string, Group>> {
    const rows = await (tx ?? this.database).query<GroupRow>(
      'SELECT id, external_id, name FROM groups WHERE id = ANY ($1::bigint[])',
      [ids],
    );
    return new Map(rows.map((row) => [row.id, fromRow(row)]));
  }

  async findByExternalId(externalId: string, tx?: Tx): Promise<Group | undefined> {
    const rows = await (tx ?? this.database).query<GroupRow>(
      'SELECT id, external_id, name FROM groups WHERE external_id = $1',
      [externalId],
    );
    return rows.map(fromRow)[0];
  }

  /** @returns by external id, ascending */
  async findOfUser(userId: string, tx?: Tx): Promise<Membership[]> {
    const rows = await (tx ?? this.database).query<GroupRow & { role: GroupRole }>(
      `SELECT groups.id, groups.external_id, groups.name, member.role
         FROM group_members member JOIN groups ON groups.id = member.group_id
        WHERE member.user_id = $1 ORDER BY groups.external_id`,
      [userId],
    );
    return rows.map((row) => ({ ...fromRow(row), role: row.role }));
  }

  /** @returns by the users' external ids, ascending */
  async findMembers(groupId: string, tx?: Tx): Promise<GroupMember[]> {
    const rows = await (tx ?? this.database).query<{ external_id: string; role: GroupRole }>(
      `SELECT users.external_id, member.role
         FROM group_members member JOIN users ON users.id = member.user_id
        WHERE member.group_id = $1 ORDER BY users.external_id`,
      [groupId],
    );
    return rows.map((row) => ({ userExternalId: row.external_id, role: row.role }));
  }

  /** Makes the group exist under this name and locks it, so that its members are replaced by one caller at a time. */
  async upsert(tx: Tx, externalId: string, name: string): Promise<Group> {
    const rows = await tx.query<GroupRow>(
      `INSERT INTO groups (external_id, name) VALUES ($1, $2)
       ON CONFLICT ON CONSTRAINT groups_external_id_key DO UPDATE
         SET name = excluded.name,
             updated_at = CASE WHEN groups.name = excluded.name THEN groups.updated_at ELSE now() END
       RETURNING id, external_id, name`,
      [externalId, name],
    );
    return rows.map(fromRow)[0]!;
  }

  /** Makes the members exactly these. The group is locked by `upsert`. */
  async replaceMembers(tx: Tx, groupId: string, members: readonly NewMember[]): Promise<void> {
    const userIds = members.map((member) => member.userId);
    await tx.query('DELETE FROM group_members WHERE group_id = $1 AND NOT (user_id = ANY ($2::bigint[]))', [
      groupId,
      userIds,
    ]);
    await tx.query(
      `INSERT INTO group_members (group_id, user_id, role)
       SELECT $1, wanted.user_id, wanted.role FROM unnest($2::bigint[], $3::text[]) AS wanted (user_id, role)
       ON CONFLICT ON CONSTRAINT group_members_pkey DO UPDATE
         SET role = excluded.role, updated_at = now() WHERE group_members.role <> excluded.role`,
      [groupId, userIds, members.map((member) => member.role)],
    );
  }
}

const fromRow = (row: GroupRow): Group => ({ id: row.id, externalId: row.external_id, name: row.name });
