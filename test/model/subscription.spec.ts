import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROVIDERS } from '../e2e/matrix-world.js';
import { losing, type Loss } from './support/losing.js';
import { lengthOf, MOST_MILLISECONDS, namesOf, play, type Game, type Move } from './support/run-model.js';
import { ModelWorld } from './support/model-world.js';
import { compareSubscription, Subscriber } from './subscription/subscriber.js';
import { SubscriptionModel } from './subscription/subscription-model.js';
import {
  begin,
  SUBSCRIPTION_EXAMPLES,
  SUBSCRIPTION_MOVE,
  SUBSCRIPTION_MOVES,
} from './subscription/subscription-moves.js';
import { HOUR } from './subscription/subscription-terms.js';

const { card, renewal, schedule, cancel } = SUBSCRIPTION_MOVE;
/** Nothing by chance. */
const NO_MORE = { seed: 1, runs: 0, commands: 1 };
const TWO_HOURS = 2 * HOUR;

type Played = readonly Move<SubscriptionModel, Subscriber>[];

const MUTANTS: readonly (readonly [string, typeof SubscriptionModel, Played])[] = [
  [
    'a change that is planned is kept by who cancels',
    class extends SubscriptionModel {
      override cancel(): { status: number } {
        this.isEnding = true;
        return { status: 202 };
      }
    },
    [schedule('pro'), cancel],
  ],
  [
    'a period that nobody paid gives access',
    class extends SubscriptionModel {
      override access(): 'basic' | 'pro' {
        return 'pro';
      }
    },
    [schedule('pro'), card(false), renewal(TWO_HOURS)],
  ],
];

const LOSSES: readonly (readonly [string, Loss, Played])[] = [
  [
    'that a change was replaced',
    { table: 'subscription_histories', on: 'UPDATE', when: `NEW.status = 'inactive'` },
    [schedule('pro'), schedule('starter')],
  ],
];

const LENGTH = lengthOf({ seed: 5, runs: 5, commands: 40 });

describe.each(PROVIDERS)('a subscription and its model, over %s', (provider) => {
  let world: ModelWorld;
  let last: Subscriber | undefined;
  beforeAll(async () => {
    world = await ModelWorld.start(provider, 'model_plans');
  }, 60_000);
  afterAll(() => world?.close());

  const game = (Model: typeof SubscriptionModel = SubscriptionModel): Game<SubscriptionModel, Subscriber> => ({
    moves: SUBSCRIPTION_MOVES,
    examples: SUBSCRIPTION_EXAMPLES,
    async begin() {
      await world.post.release(0);
      await world.settle();
      await last?.leave();
      const real = new Subscriber(world, await world.matrix.customer());
      last = real;
      const model = new Model(provider, world.matrix.sandbox.now().getTime());
      await begin(model, real);
      await compareSubscription(model, real);
      return { model, real };
    },
    compare: compareSubscription,
    stateOf: ({ status, scheduled, isEnding }) =>
      `${status}${scheduled === null ? '' : ' scheduled'}${isEnding && status !== 'canceled' ? ' ending' : ''}`,
  });

  it(
    `agree after every command (seed ${LENGTH.seed})`,
    async () => {
      const coverage = await play(game(), LENGTH);
      console.info(coverage.print(`subscription over ${provider}`));
      const isPossible = (name: string) => provider === 'stripe' || name !== 'choose in the portal';
      expect(namesOf(game()).filter((name) => isPossible(name) && !coverage.ran(name))).toEqual([]);
    },
    MOST_MILLISECONDS + 60_000,
  );

  it.each(MUTANTS)('differ when one believes that %s', async (_belief, Model, moves) => {
    await expect(play({ ...game(Model), examples: [moves] }, NO_MORE)).rejects.toThrow('Property failed');
  });

  it.each(LOSSES)('differ when the application loses %s', async (_step, loss, moves) => {
    await losing(world.matrix, loss, () =>
      expect(play({ ...game(), examples: [moves] }, NO_MORE)).rejects.toThrow('Property failed'),
    );
  });
});
