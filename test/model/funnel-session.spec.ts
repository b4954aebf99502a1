import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROVIDERS } from '../e2e/matrix-world.js';
import { compareFunnel } from './funnel/compare-funnel.js';
import { FunnelModel } from './funnel/funnel-model.js';
import { FUNNEL_EXAMPLES, FUNNEL_MOVE, FUNNEL_MOVES } from './funnel/funnel-moves.js';
import { FunnelShop, type FunnelCustomer } from './funnel/funnel-shop.js';
import { losing, type Loss } from './support/losing.js';
import { lengthOf, MOST_MILLISECONDS, namesOf, play, type Game, type Move } from './support/run-model.js';

const { yes, decline, refund, kill, buy } = FUNNEL_MOVE;
/** Nothing by chance. */
const NO_MORE = { seed: 1, runs: 0, commands: 1 };

type Played = readonly Move<FunnelModel, FunnelCustomer>[];

const MUTANTS: readonly (readonly [string, typeof FunnelModel, Played])[] = [
  [
    'every click is a charge',
    class extends FunnelModel {
      override charge(...asked: Parameters<FunnelModel['charge']>): number {
        this.charges.push(this.priceOf(asked[1]));
        return super.charge(...asked);
      }
    },
    [yes('good', 2)],
  ],
  [
    'a no holds for one sale',
    class extends FunnelModel {
      override buy(): void {
        this.declined.clear();
        super.buy();
      }
    },
    [decline(0), buy],
  ],
  [
    'what is killed goes on for those who are in it',
    class extends FunnelModel {
      protected override lapse(): undefined {
        return undefined;
      }
    },
    [kill],
  ],
];

const LOSSES: readonly (readonly [string, Loss, Played])[] = [
  [
    'what a refund takes back',
    { table: 'entitlements', on: 'UPDATE', when: `NEW.status = 'revoked'` },
    [yes('good'), refund(1)],
  ],
  [
    'what was declined',
    { table: 'upsell_decisions', on: 'INSERT', when: `NEW.decision = 'decline'` },
    [decline(0), buy],
  ],
];

const LENGTH = lengthOf({ seed: 5, runs: 5, commands: 40 });

describe.each(PROVIDERS)('the funnel session and its model, over %s', (provider) => {
  let shop: FunnelShop;
  beforeAll(async () => {
    shop = await FunnelShop.open(provider, 'model_funnel');
  }, 60_000);
  afterAll(() => shop?.close());

  const game = (Model: typeof FunnelModel = FunnelModel): Game<FunnelModel, FunnelCustomer> => ({
    moves: FUNNEL_MOVES,
    examples: FUNNEL_EXAMPLES,
    async begin() {
      await shop.reset();
      const real = await shop.customer();
      const model = new Model(shop.able, shop.now);
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
      // Whoever is declined may click again: two such clicks at once are two tries, or one.
      const others = provider === 'stripe' ? ['declining twice', 'old page'] : ['declining twice', 'Pix', 'pix'];
      const isPossible = (name: string) => others.every((other) => !name.includes(other));
      expect(namesOf(game()).filter((name) => isPossible(name) && !coverage.ran(name))).toEqual([]);
    },
    MOST_MILLISECONDS + 60_000,
  );

  it.each(MUTANTS)('differ when one believes that %s', async (_belief, Model, moves) => {
    await expect(play({ ...game(Model), examples: [moves] }, NO_MORE)).rejects.toThrow('Property failed');
  });

  it.each(LOSSES)('differ when the application loses %s', async (_step, loss, moves) => {
    await losing(shop.world.matrix, loss, () =>
      expect(play({ ...game(), examples: [moves] }, NO_MORE)).rejects.toThrow('Property failed'),
    );
  });
});
