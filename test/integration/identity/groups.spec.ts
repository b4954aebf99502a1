import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StartedApplication } from '../../support/application.js';
import { ADMIN_KEY, expectProblem, getUser, putUser, startApi, tally, times } from './support.js';

type Member = [user: string, role: string];

let application: StartedApplication;

beforeAll(async () => {
  application = await startApi('groups');
  for (const user of ['ana', 'bao', 'chi']) await putUser(application, user);
});
afterAll(() => application.close());

const toBody = (members: readonly Member[]) => members.map(([id, role]) => ({ user_external_id: id, role }));
const putGroup = (externalId: string, members: readonly Member[], name = 'Team') =>
  application.call('PUT', `/api/v1/service/groups/${externalId}`, {
    apiKey: ADMIN_KEY,
    body: { name, members: toBody(members) },
  });
const getGroup = (externalId: string) =>
  application.call('GET', `/api/v1/service/groups/${externalId}`, { apiKey: ADMIN_KEY });

test('the members become exactly those named', async () => {
  const first = await putGroup('team-1', [
    ['bao', 'member'],
    ['ana', 'owner'],
  ]);
  expect(first.status).toBe(200);
  expect(first.body).toEqual({
    external_id: 'team-1',
    name: 'Team',
    members: toBody([
      ['ana', 'owner'],
      ['bao', 'member'],
    ]),
  });
  const wanted: Member[] = [
    ['bao', 'owner'],
    ['chi', 'admin'],
  ];
  const second = await putGroup('team-1', wanted, 'Renamed');
  expect(second.body).toEqual({ external_id: 'team-1', name: 'Renamed', members: toBody(wanted) });
  expect((await getGroup('team-1')).body).toEqual(second.body);
  expect((await getUser(application, 'ana')).body.groups).toEqual([]);
  expect((await getUser(application, 'chi')).body.groups).toEqual([
    { external_id: 'team-1', name: 'Renamed', role: 'admin' },
  ]);
});

test('unknown users are named, and nothing changes', async () => {
  await putGroup('team-2', [['ana', 'owner']]);
  const answer = await putGroup(
    'team-2',
    [
      ['bao', 'owner'],
      ['ghost', 'member'],
      ['phantom', 'member'],
    ],
    'Haunted',
  );
  expectProblem(answer, 404, 'user_not_found');
  expect(answer.body.detail).toBe('No user has the external id ghost, phantom.');
  expect((await getGroup('team-2')).body).toMatchObject({ name: 'Team', members: toBody([['ana', 'owner']]) });
});

test('an unknown group is not found', async () => {
  expectProblem(await getGroup('nowhere'), 404, 'group_not_found');
});

test.each<[string, unknown, string[]]>([
  ['no owner', toBody([['ana', 'admin']]), ['members']],
  ['no members', [], ['members']],
  ['a user twice', toBody([...times(2, (): Member => ['ana', 'owner'])]), ['members']],
  ['unknown roles', toBody([['ana', 'boss']]), ['members', 'members.0.role']],
  ['members that are no objects', ['ana', null], ['members', 'members.0', 'members.1']],
  ['no list', 'ana', ['members']],
])('%s is refused', async (_what, members, fields) => {
  const answer = await application.call('PUT', '/api/v1/service/groups/team-3', {
    apiKey: ADMIN_KEY,
    body: { name: 'Team', members },
  });
  expectProblem(answer, 422, 'validation_failed');
  const named = new Set<string>(answer.body.errors.map((error: { field: string }) => error.field));
  for (const field of fields) expect([...named].some((name) => name.startsWith(field))).toBe(true);
  expectProblem(await getGroup('team-3'), 404, 'group_not_found');
});

test('20 identical upserts all succeed', async () => {
  const members: Member[] = [
    ['ana', 'owner'],
    ['bao', 'member'],
  ];
  const answers = await Promise.all(times(20, () => putGroup('race-1', members)));
  expect(tally(answers)).toEqual({ '200': 20 });
  expect((await getGroup('race-1')).body.members).toEqual(toBody(members));
});

test('20 different lists at once: the end is one of them, never a mixture', async () => {
  const lists = times(20, (n): Member[] =>
    n % 2
      ? [
          ['ana', 'owner'],
          ['bao', 'member'],
        ]
      : [
          ['bao', 'owner'],
          ['chi', 'admin'],
        ],
  );
  const answers = await Promise.all(lists.map((members, n) => putGroup('race-2', members, `Name ${n}`)));
  expect(tally(answers)).toEqual({ '200': 20 });
  for (const [n, answer] of answers.entries()) expect(answer.body.members).toEqual(toBody(lists[n]!));
  const end = (await getGroup('race-2')).body;
  expect(end.members).toEqual(toBody(lists[Number(end.name.slice(5))]!));
});
