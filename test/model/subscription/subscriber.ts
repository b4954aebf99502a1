import { expect } from 'vitest';
import type { MatrixCustomer } from '../../e2e/matrix-customer.js';
import { done, type Body } from '../../e2e/upsell-shop.js';
import { CARDS } from '../../e2e/matrix-world.js';
import { DODO_SECRETS } from '../../support/both-providers.js';
import { dodoClient } from '../../support/dodo-client.js';
import type { Answer as Response } from '../../support/http.js';
import type { ModelWorld } from '../support/model-world.js';
import type { Move } from '../support/run-model.js';
import type { SubscriptionModel } from './subscription-model.js';
import type { Answer, Plan } from './subscription-terms.js';

/** A customer who subscribes, with the quotes that they were shown. */
export class Subscriber {
  /** Uuids, in the order of the model's quotes. */
  readonly quotes: string[] = [];

  constructor(
    readonly world: ModelWorld,
    readonly person: MatrixCustomer,
  ) {}

  call(method: string, path: string, body?: object): Promise<Response> {
    return this.person.call(method, `/subscription${path}`, body && { group_id: this.person.groupId, ...body });
  }

  useCard(isGood: boolean): Promise<void> {
    return this.person.enterCard(isGood ? CARDS.good : CARDS.declinesLater);
  }

  async report(seats: number): Promise<void> {
    const { shop } = this.world.matrix;
    await done(shop.service('PUT', `groups/${this.person.groupId}/usage`, { usage: { seats } }));
  }

  async choosePlan(plan: Plan): Promise<void> {
    await this.person.inPortal((portal) => portal.choose(this.world.matrix.prices[plan]));
  }

  /** At the provider, so that nothing of it happens any more while others are looked at. */
  async leave(): Promise<void> {
    const { side, shop, sandbox } = this.world.matrix;
    const id = await this.person.subscriptionId();
    const { status } = await this.person.subscription();
    if (status === 'canceled') return;
    if (side.id === 'stripe') await shop.world.stripe.subscriptions.cancel(id);
    else
      await dodoClient(sandbox, DODO_SECRETS.DODO_PAYMENTS_API_KEY).subscriptions.update(id, { status: 'cancelled' });
    await this.world.settle();
  }
}

/** Everything that can be seen of a subscription, and what the model says of it. */
export async function compareSubscription(model: SubscriptionModel, { world, person }: Subscriber): Promise<void> {
  expect(world.matrix.charges(person)).toEqual(model.charges);
  expect(world.matrix.refunds(person)).toEqual([]);
  if (model.isBehind) return;
  const body = await person.subscription();
  const access = model.access();
  expect({
    status: body.status,
    plan: body.plan.code,
    scheduled: body.scheduled_plan?.code ?? null,
    changesAt: body.scheduled_plan_change_at,
    isWarned: body.warning !== null,
    deadline: body.deadline_at,
    isEnding: body.status !== 'canceled' && body.cancel_at !== null,
    isCanceled: body.canceled_at !== null,
    access: body.entitlement.plan?.code ?? null,
  }).toEqual({
    status: model.status,
    plan: model.plan,
    scheduled: model.scheduled,
    changesAt: model.scheduled && new Date(model.deadline).toISOString(),
    isWarned: model.scheduled !== null,
    deadline: new Date(model.deadline).toISOString(),
    isEnding: model.status !== 'canceled' && model.isEnding,
    isCanceled: model.status === 'canceled',
    access,
  });
  expect((await person.entitledPlan()) ?? null).toBe(access);
  if (model.isHistoryWhole) expect(linesOf(body.history)).toEqual(linesOfModel(model));
}

/** What made no invoice is as good as paid. */
const linesOf = (history: readonly Body[]): readonly string[] =>
  history
    .map(({ type, old_plan, plan, status, payment_status }) =>
      [type, old_plan?.code ?? '-', plan.code, status, payment_status === 'N/A' ? 'paid' : payment_status].join(' '),
    )
    .toSorted();

const linesOfModel = ({ history }: SubscriptionModel): readonly string[] =>
  history
    .map(({ type, from, plan, status, payment }) => [type, from ?? '-', plan, status, payment].join(' '))
    .toSorted();

/** What somebody does with the subscription. */
export type SubscriptionMove = Move<SubscriptionModel, Subscriber>;

export const expectAnswer = ({ status, body }: Response, expected: Answer): void =>
  expect({ status, ...(status >= 400 ? { code: body.code } : {}) }).toEqual(expected);

/** Whoever decides by what was told is told everything. */
export const isTold = ({ isBehind }: Readonly<SubscriptionModel>): boolean => !isBehind;
export const isOnHold = ({ provider, status }: Readonly<SubscriptionModel>): boolean =>
  provider === 'dodo' && status === 'past_due';

/** What only the provider's events tell of. */
export const happensThere = (model: SubscriptionModel): void => {
  if (!model.isMailHeld) return;
  model.isBehind = true;
  if (model.provider === 'dodo') model.isHistoryWhole = false;
};
