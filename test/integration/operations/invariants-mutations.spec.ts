import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import pg from 'pg';
import { Clock } from '../../../src/common/clock/index.js';
import { Invariants, type Invariant } from '../../../src/common/invariants/index.js';
import type { MatrixCustomer } from '../../e2e/matrix-customer.js';
import { MatrixWorld } from '../../e2e/matrix-world.js';
import { done } from '../../e2e/upsell-shop.js';
import { checkInvariants } from '../../support/invariants.js';
import { MUTATIONS } from './invariant-mutations.js';
import type { Mutation } from './planting.js';

const step = (kind: string, offer: string) => ({ kind, offers: [offer], next_on_accept: null, next_on_decline: null });

type Story = (world: MatrixWorld, customer: MatrixCustomer) => Promise<void>;

/** What customers do, one each: only the product has written the rows of this world. */
const STORIES: readonly Story[] = [
  async function keepsAnUpsell(_, customer) {
    expect((await (await customer.arrive('kit')).accept()).status).toBe(200);
  },
  async function getsAnUpsellRefunded({ shop }, customer) {
    const visit = await customer.arrive('kit');
    expect((await visit.accept()).status).toBe(200);
    const { items } = await visit.sale();
    await done(shop.refund(items.find(({ kind }: { kind: string }) => kind === 'upsell').id));
  },
  async function looksAtAnOffer(_, customer) {
    await customer.arrive('kit');
  },
  async function isAboutToPayByPix(_, customer) {
    const visit = await customer.arrive('kit_brl');
    expect(await visit.accept({ method: { kind: 'pix' } })).toMatchObject({ status: 202 });
  },
  async function schedulesAChange(_, customer) {
    await customer.subscribe('basic');
    await done(customer.schedule('pro'));
  },
  async function switchesAtOnceAndBuysMore(_, customer) {
    await customer.subscribe('basic');
    expect((await customer.change('pro')).status).toBe(200);
    await done(customer.preview('basic'));
    expect(await customer.crossSell('poster')).toMatchObject({ body: { status: 'paid' } });
  },
  async function ends({ shop }, customer) {
    await customer.subscribe('basic');
    await shop.world.stripe.subscriptions.cancel(await customer.subscriptionId());
  },
];

async function live(world: MatrixWorld): Promise<void> {
  await world.shop.listen();
  await world.shop.funnel('kit', [step('one_click', 'course')]);
  await world.shop.funnel('kit_brl', [step('pix_or_card', 'course_brl')]);
  const customers = [];
  for (const story of STORIES) customers.push({ story, customer: await world.customer() });
  await Promise.all(customers.map(({ story, customer }) => story(world, customer)));
  await world.settle();
}

describe('the invariants', () => {
  let world: MatrixWorld;
  let client: pg.Client;
  let invariants: readonly Invariant[];
  let now: Date;

  beforeAll(async () => {
    world = await MatrixWorld.start('stripe', 'invariants');
    await live(world);
    const { app, database } = world.application;
    invariants = app.get(Invariants).list();
    now = app.get(Clock).now();
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
  }, 300_000);
  afterAll(async () => {
    await client?.end();
    await world?.close();
  });

  /** Names of those that a row breaks, as this connection sees it. */
  async function findBroken(): Promise<string[]> {
    const broken: string[] = [];
    for (const { name, sql, parameters = () => [] } of invariants) {
      const text = `SELECT subject, detail FROM (${sql}) AS violation`;
      const { rows } = await client.query({ name, text, values: [...parameters(now)] });
      expect(rows.filter(({ subject, detail }) => typeof subject !== 'string' || typeof detail !== 'object')).toEqual(
        [],
      );
      if (rows.length > 0) broken.push(name);
    }
    return broken;
  }

  async function afterwards({ statements }: Mutation): Promise<string[]> {
    await client.query('BEGIN');
    try {
      await client.query('SET LOCAL session_replication_role = replica');
      let changed = 0;
      for (const statement of statements) changed = (await client.query(statement)).rowCount ?? 1;
      expect({ statements, changed }).not.toEqual({ statements, changed: 0 });
      return await findBroken();
    } finally {
      await client.query('ROLLBACK');
    }
  }

  it('hold in a world that only the product has written', async () => {
    await checkInvariants(world.application);
    expect(await findBroken()).toEqual([]);
  });

  it('can each be broken', () => {
    expect(Object.keys(MUTATIONS).toSorted()).toEqual(invariants.map(({ name }) => name));
  });

  it.each(Object.entries(MUTATIONS))('%s is noticed when it is broken, and nothing else', async (name, mutations) => {
    for (const mutation of mutations) {
      expect({ ...mutation, broken: await afterwards(mutation) }).toEqual({
        ...mutation,
        broken: [name, ...(mutation.also ?? [])].toSorted(),
      });
    }
  });

  it('say in a sentence what they promise, and what is to be done', () => {
    for (const { name, promise, remedy } of invariants) {
      expect({ name, promise, remedy }).toEqual({
        name: expect.stringMatching(/^[a-z]+\.[a-z_]+$/),
        promise: expect.stringMatching(/^[A-Z].{20,}\.$/),
        remedy: expect.stringMatching(/^[A-Z].{10,}\.$/),
      });
    }
  });
});
