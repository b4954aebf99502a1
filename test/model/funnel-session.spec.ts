import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PROVIDERS } from '../e2e/matrix-world.js';
import { compareFunnel } from './funnel/compare-funnel.js';
import { FunnelModel } from './funnel/funnel-model.js';
import { FUNNEL_EXAMPLES, FUNNEL_MOVES } from './funnel/funnel-moves.js';
import { FunnelShop, type FunnelCustomer } from './funnel/funnel-shop.js';
import { lengthOf, MOST_MILLISECONDS, namesOf, play, type Game } from './support/run-model.js';

const LENGTH = lengthOf({ seed: 5, runs: 7, commands: 40 });

describe.each(PROVIDERS)('the funnel session and its model, over %s', (provider) => {
  let shop: FunnelShop;
  beforeAll(async () => {
    shop = await FunnelShop.open(provider, 'model_funnel');
  }, 60_000);
  afterAll(() => shop?.close());

  const game = (): Game<FunnelModel, FunnelCustomer> => ({
    moves: FUNNEL_MOVES,
    examples: FUNNEL_EXAMPLES,
    async begin() {
      await shop.reset();
      const real = await shop.customer();
      const model = new FunnelModel(shop.able, shop.now);
      await real.buy();
      await shop.world.settle();
      model.buy();
      await compareFunnel(model, real);
      return { model, real };
    },
    compare: compareFunnel,
    stateOf: (model) => model.seen(model.saleOf(model.sales.length - 1)) ?? 'none',
  });

  it(
    `agree after every command (seed ${LENGTH.seed})`,
    async () => {
      const coverage = await play(game(), LENGTH);
      console.info(coverage.print(`funnel session over ${provider}`));
      const isPossible = (name: string) => (provider === 'stripe' ? !name.includes('old page') : !name.includes('Pix'));
      expect(namesOf(game()).filter((name) => isPossible(name) && !coverage.ran(name))).toEqual([]);
    },
    MOST_MILLISECONDS + 60_000,
  );
});
