import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { UnitOfWork, type Tx } from '../../../src/common/database/index.js';
import { Entitlements } from '../../../src/notification/index.js';
import type { StartedApplication } from '../../support/application.js';
import { ADMIN_KEY, putUser, startApi } from '../identity/support.js';
import { addEndpoint } from './support.js';

let application: StartedApplication;
let userId: string;
let bookId: string;
let courseId: string;

beforeAll(async () => {
  application = await startApi('entitlements');
  await addEndpoint(application, 'https://shop.example/hooks');
  await putUser(application, 'linh');
  [{ id: userId }] = (await application.database.query<{ id: string }>(
    `SELECT id FROM users WHERE external_id = 'linh'`,
  )) as [{ id: string }];
  bookId = await addProduct('book');
  courseId = await addProduct('course');
});

afterAll(() => application.close());

beforeEach(() => application.database.query('TRUNCATE entitlements, merchant_webhook_deliveries'));

async function addProduct(code: string): Promise<string> {
  const [row] = await application.database.query<{ id: string }>(
    'INSERT INTO products (code, name) VALUES ($1, $1) RETURNING id',
    [code],
  );
  return row!.id;
}

const change = <Result>(work: (entitlements: Entitlements, tx: Tx) => Promise<Result>): Promise<Result> =>
  application.app.get(UnitOfWork).run((tx) => work(application.app.get(Entitlements), tx));

const grant = async (productId = bookId): Promise<string> => {
  const source = randomUUID();
  await change((entitlements, tx) => entitlements.grant(tx, { userId, productId, source }));
  return source;
};

interface Message {
  readonly type: string;
  readonly timestamp: string;
  readonly data: Record<string, unknown>;
}

/** What was put out for the merchant, oldest first. */
async function messages(): Promise<Message[]> {
  const rows = await application.database.query<{ payload: string }>(
    'SELECT payload FROM merchant_webhook_deliveries ORDER BY id',
  );
  return rows.map(({ payload }) => JSON.parse(payload));
}

const types = async () => (await messages()).map(({ type }) => type);

const statusOf = async (source: string) =>
  (await application.app.get(Entitlements).findOfUser(userId)).find((given) => given.source === source)?.status;

const productsOf = async (externalId: string) => {
  const path = `/api/v1/service/entitlements/${externalId}`;
  return (await application.call('GET', path, { apiKey: ADMIN_KEY })).body.products;
};

describe('a product that was paid for', () => {
  it('is given once, and the merchant is told', async () => {
    const source = await grant();
    await change((entitlements, tx) => entitlements.grant(tx, { userId, productId: bookId, source }));
    const [product] = await application.database.query<{ uuid: string }>('SELECT uuid FROM products WHERE id = $1', [
      bookId,
    ]);
    expect(await messages()).toEqual([
      {
        type: 'entitlement.granted',
        timestamp: application.clock.now().toISOString(),
        data: {
          user_id: 'linh',
          product_code: 'book',
          product_id: product?.uuid,
          source,
          reason: null,
          has_access: true,
        },
      },
    ]);
    expect(await productsOf('linh')).toEqual([
      {
        product_code: 'book',
        product_id: product?.uuid,
        status: 'granted',
        granted_at: application.clock.now().toISOString(),
        reason: null,
      },
    ]);
  });

  it('is given once by fifty that try it together', async () => {
    const source = randomUUID();
    await Promise.all(
      Array.from({ length: 50 }, () =>
        change((entitlements, tx) => entitlements.grant(tx, { userId, productId: bookId, source })),
      ),
    );
    expect(await types()).toEqual(['entitlement.granted']);
  });

  it('is not given when its transaction is rolled back', async () => {
    const rolledBack = change(async (entitlements, tx) => {
      await entitlements.grant(tx, { userId, productId: bookId, source: randomUUID() });
      throw new Error('not paid after all');
    });
    await expect(rolledBack).rejects.toThrow('not paid after all');
    expect([await productsOf('linh'), await messages()]).toEqual([[], []]);
  });

  it('is suspended and restored as often as disputes come, each told once', async () => {
    const source = await grant();
    for (let round = 0; round < 2; round++) {
      for (let time = 0; time < 2; time++) await change((all, tx) => all.suspend(tx, source, 'dispute'));
      expect(await productsOf('linh')).toMatchObject([{ status: 'suspended', reason: 'dispute' }]);
      for (let time = 0; time < 2; time++) await change((all, tx) => all.restore(tx, source));
      expect(await productsOf('linh')).toMatchObject([{ status: 'granted', reason: null }]);
    }
    const twice = ['entitlement.suspended', 'entitlement.granted', 'entitlement.suspended', 'entitlement.granted'];
    expect(await types()).toEqual(['entitlement.granted', ...twice]);
    const ids = await application.database.query<{ id: string }>(
      'SELECT message_id AS id FROM merchant_webhook_deliveries',
    );
    expect(new Set(ids.map(({ id }) => id)).size).toBe(5);
  });

  it.each(['granted', 'suspended'])('is revoked for good when it was %s', async (status) => {
    const source = await grant();
    if (status === 'suspended') await change((all, tx) => all.suspend(tx, source, 'dispute'));
    await change((all, tx) => all.revoke(tx, source, 'refund'));
    const told = await messages();
    expect(told.at(-1)).toMatchObject({
      type: 'entitlement.revoked',
      data: { source, reason: 'refund', has_access: false },
    });
    await change((all, tx) => all.revoke(tx, source, 'again'));
    await change((all, tx) => all.suspend(tx, source, 'dispute'));
    await change((all, tx) => all.restore(tx, source));
    await change((all, tx) => all.grant(tx, { userId, productId: bookId, source }));
    expect(await statusOf(source)).toBe('revoked');
    expect(await productsOf('linh')).toMatchObject([{ status: 'revoked', reason: 'refund' }]);
    expect(await messages()).toEqual(told);
  });

  it('stays the customer’s who bought it twice and got one purchase back', async () => {
    const [first, second] = [await grant(), await grant()];
    await change((all, tx) => all.revoke(tx, first, 'refund'));
    expect((await messages()).at(-1)).toMatchObject({ type: 'entitlement.revoked', data: { has_access: true } });
    expect(await productsOf('linh')).toMatchObject([{ product_code: 'book', status: 'granted' }]);
    await change((all, tx) => all.revoke(tx, second, 'refund'));
    expect((await messages()).at(-1)).toMatchObject({ type: 'entitlement.revoked', data: { has_access: false } });
  });

  it('of a source that nothing is known of changes nothing', async () => {
    await change((all, tx) => all.suspend(tx, 'unknown', 'dispute'));
    await change((all, tx) => all.restore(tx, 'unknown'));
    await change((all, tx) => all.revoke(tx, 'unknown', 'refund'));
    expect(await messages()).toEqual([]);
  });
});

describe('what a customer owns', () => {
  it('is what was given and not revoked, seen inside the transaction too', async () => {
    const owned = (tx?: Tx) => application.app.get(Entitlements).ownedProductIds(userId, [bookId, courseId, '999'], tx);
    expect(await owned()).toEqual(new Set());
    const source = await grant(courseId);
    expect(await owned()).toEqual(new Set([courseId]));
    await change((all, tx) => all.suspend(tx, source, 'dispute'));
    expect(await owned()).toEqual(new Set([courseId]));
    await change(async (all, tx) => {
      await all.revoke(tx, source, 'dispute_lost');
      expect(await owned(tx)).toEqual(new Set());
      expect(await owned()).toEqual(new Set([courseId]));
    });
    expect(await owned()).toEqual(new Set());
  });

  it('is nothing at first, and unknown of a user that nobody knows', async () => {
    await putUser(application, 'bao');
    expect(await productsOf('bao')).toEqual([]);
    const unknown = await application.call('GET', '/api/v1/service/entitlements/nobody', { apiKey: ADMIN_KEY });
    expect(unknown.status).toBe(404);
  });
});
