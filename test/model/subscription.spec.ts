import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PROVIDERS } from '../e2e/matrix-world.js';
import { lengthOf, MOST_MILLISECONDS, namesOf, play, type Game } from './support/run-model.js';
import { ModelWorld } from './support/model-world.js';
import { compareSubscription, Subscriber } from './subscription/subscriber.js';
import { SubscriptionModel } from './subscription/subscription-model.js';
import { begin, SUBSCRIPTION_EXAMPLES, SUBSCRIPTION_MOVES } from './subscription/subscription-moves.js';

const LENGTH = lengthOf({ seed: 5, runs: 7, commands: 40 });

describe.each(PROVIDERS)('a subscription and its model, over %s', (provider) => {
  let world: ModelWorld;
  let last: Subscriber | undefined;
  beforeAll(async () => {
    world = await ModelWorld.start(provider, 'model_plans');
  }, 60_000);
  afterAll(() => world?.close());

  const game = (): Game<SubscriptionModel, Subscriber> => ({
    moves: SUBSCRIPTION_MOVES,
    examples: SUBSCRIPTION_EXAMPLES,
    async begin() {
      await world.post.release(0);
      await world.settle();
      await last?.leave();
      const real = new Subscriber(world, await world.matrix.customer());
      last = real;
      const model = new SubscriptionModel(provider, world.matrix.sandbox.now().getTime());
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
});
