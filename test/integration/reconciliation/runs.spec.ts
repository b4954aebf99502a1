import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MatrixWorld } from '../../e2e/matrix-world.js';
import { reconcile } from './reconciling.js';

let world: MatrixWorld;

beforeAll(async () => {
  world = await MatrixWorld.start('stripe', 'runs');
});
afterAll(() => world?.close());

describe('a run', () => {
  it('finds nothing where every event has come', async () => {
    const customer = await world.customer();
    await customer.subscribe('basic');
    await customer.schedule('pro');
    await world.settle();
    await (await world.customer()).buy('kit');
    const { run, found } = await reconcile(world);
    expect(found).toEqual({});
    expect(run).toMatchObject({
      provider: 'stripe',
      kind: 'requested',
      dry_run: true,
      status: 'completed',
      error: null,
      read: { subscriptions: 1, payments: 2, checkouts: 2, refunds: 0, disputes: 0, foreign: 0, unreadable: 0 },
    });
  });
});
