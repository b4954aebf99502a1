import { afterAll, beforeAll, expect, test } from 'vitest';
import { UnitOfWork } from '../../../src/common/database/index.js';
import { IdentityService } from '../../../src/identity/index.js';
import type { StartedApplication } from '../../support/application.js';
import { ADMIN_KEY, getUser, putUser, readWakeKeys, startApi, times } from './support.js';

let application: StartedApplication;
let identity: IdentityService;
let unitOfWork: UnitOfWork;

beforeAll(async () => {
  application = await startApi('identity_service');
  identity = application.app.get(IdentityService, { strict: false });
  unitOfWork = application.app.get(UnitOfWork, { strict: false });
});
afterAll(() => application.close());

async function makeUser(externalId: string): Promise<string> {
  await putUser(application, externalId);
  return (await identity.findUserByExternalId(externalId))!.id;
}

const link = (userId: string, customerId: string): Promise<string> =>
  unitOfWork.run((tx) => identity.linkProviderCustomer(tx, { userId, provider: 'stripe', customerId }));

const putGroup = (externalId: string, ...members: string[]) =>
  application.call('PUT', `/api/v1/service/groups/${externalId}`, {
    apiKey: ADMIN_KEY,
    body: { name: externalId, members: members.map((id) => ({ user_external_id: id, role: 'owner' })) },
  });

test('users are found by our id and by theirs', async () => {
  const id = await makeUser('find-1');
  const expected = { id, externalId: 'find-1', name: 'Name of find-1', email: 'find-1@shop.test' };
  expect(await identity.findUserById(id)).toMatchObject(expected);
  expect(await identity.findUserByExternalId('find-1')).toMatchObject(expected);
  expect(await identity.findUserByExternalId('FIND-1')).toBeUndefined();
  expect(await identity.findUserById('999999')).toBeUndefined();
});

test('linking is idempotent, and the first link wins', async () => {
  const userId = await makeUser('link-1');
  expect(await identity.findProviderCustomer(userId, 'stripe')).toBeUndefined();
  expect(await link(userId, 'cus_first')).toBe('cus_first');
  expect(await link(userId, 'cus_first')).toBe('cus_first');
  expect(await link(userId, 'cus_second')).toBe('cus_first');
  expect(await identity.findProviderCustomer(userId, 'stripe')).toBe('cus_first');
  expect((await getUser(application, 'link-1')).body.payment_provider_customer_id).toBe('cus_first');
  const keys = await readWakeKeys(application.database);
  expect(keys.filter((key) => /cus_(first|second)/.test(key))).toEqual(['customer:stripe:cus_first']);
});

test('20 checkouts of one user at once end with one customer', async () => {
  const userId = await makeUser('link-2');
  const linked = await Promise.all(times(20, (n) => link(userId, `cus_checkout_${n}`)));
  expect(new Set(linked).size).toBe(1);
  expect(await identity.findProviderCustomer(userId, 'stripe')).toBe(linked[0]);
  const keys = await readWakeKeys(application.database);
  expect(keys.filter((key) => key.includes('cus_checkout_'))).toEqual([`customer:stripe:${linked[0]}`]);
});

test('the customer of another user is refused', async () => {
  const [first, second] = [await makeUser('link-3'), await makeUser('link-4')];
  await link(first, 'cus_mine');
  await expect(link(second, 'cus_mine')).rejects.toMatchObject({ code: 'provider_customer_taken' });
  expect(await identity.findProviderCustomer(second, 'stripe')).toBeUndefined();
});

test('a rollback takes back the link, its mirror and the job', async () => {
  const userId = await makeUser('link-5');
  const work = unitOfWork.run(async (tx) => {
    await identity.linkProviderCustomer(tx, { userId, provider: 'stripe', customerId: 'cus_undone' });
    expect(await identity.findProviderCustomer(userId, 'stripe', tx)).toBe('cus_undone');
    throw new Error('after all, no');
  });
  await expect(work).rejects.toThrow('after all, no');
  expect(await identity.findProviderCustomer(userId, 'stripe')).toBeUndefined();
  expect((await getUser(application, 'link-5')).body.payment_provider_customer_id).toBeNull();
  expect(await readWakeKeys(application.database)).not.toContain('customer:stripe:cus_undone');
});

test('owners of many customers come in one answer, each with its groups', async () => {
  const ids = [await makeUser('own-1'), await makeUser('own-2'), await makeUser('own-3')];
  await Promise.all(ids.map((id, n) => link(id, `cus_own_${n}`)));
  await putGroup('team-b', 'own-1', 'own-2');
  await putGroup('team-a', 'own-1');
  const [a, b] = [await identity.findGroupByExternalId('team-a'), await identity.findGroupByExternalId('team-b')];
  const [teamA, teamB] = [a, b].map((group) => ({ id: group!.id, externalId: group!.externalId }));

  const customers = ['cus_own_0', 'cus_own_1', 'cus_own_2', 'cus_of_nobody'];
  const owners = await identity.findUsersByProviderCustomers('stripe', customers);
  expect(Object.fromEntries(owners)).toEqual({
    cus_own_0: { userId: ids[0], groups: [teamA, teamB] },
    cus_own_1: { userId: ids[1], groups: [teamB] },
    cus_own_2: { userId: ids[2], groups: [] },
  });
  expect((await identity.findUsersByProviderCustomers('stripe', [])).size).toBe(0);
  expect(await identity.groupsOf(ids[0]!)).toEqual([
    { ...a, role: 'owner' },
    { ...b, role: 'owner' },
  ]);
});
