import { PRORATION_MODES } from '../../../src/billing-providers/index.js';
import { sideOf, type ProviderSide } from '../../e2e/matrix-providers.js';
import type { Answer } from '../../support/http.js';
import { PLANS, PROVIDERS, type PlanCode, type ProviderId } from '../plan/plan.types.js';
import type { World } from '../world/world.js';
import { Client } from './client.js';

/** US cents. The kit is sold by the merchant's own checkout; the funnel behind it offers the course, and the poster to whoever says no. */
export const GOODS = { kit: 4_900, course: 1_900, poster: 900, guide: 700 } as const;
export type GoodsCode = keyof typeof GOODS;

const TEXTS = { vi: { headline: 'Thêm một món nữa?' }, en: { headline: 'One more thing?' } };

/** What the merchant has put up before the first customer comes. */
export class Shop {
  readonly sides: Readonly<Record<ProviderId, ProviderSide>>;
  readonly plans = {} as Record<PlanCode, string>;
  readonly offers = {} as Record<GoodsCode, string>;
  readonly prices = { stripe: {}, dodo: {} } as Record<ProviderId, Record<PlanCode | GoodsCode, string>>;
  readonly client: Client;

  private constructor(readonly world: World) {
    this.sides = { stripe: sideOf('stripe', world.sandbox), dodo: sideOf('dodo', world.sandbox) };
    this.client = new Client(world, 'merchant');
  }

  static async open(world: World): Promise<Shop> {
    const shop = new Shop(world);
    await shop.admin('PUT', 'packages/suite', { name: 'Suite', proration_modes: PRORATION_MODES });
    for (const [rank, code] of (Object.keys(PLANS) as PlanCode[]).entries()) await shop.putPlan(code, rank);
    for (const code of Object.keys(GOODS) as GoodsCode[]) await shop.putGoods(code);
    const steps = [
      { kind: 'one_click', offers: ['course'], next_on_accept: null, next_on_decline: 1, texts: TEXTS },
      { kind: 'one_click', offers: ['poster'], next_on_accept: null, next_on_decline: null, texts: TEXTS },
    ];
    const { id } = await shop.admin('PUT', 'funnels/offer/kit', { steps });
    await shop.admin('POST', `funnels/${id}/publish`, {});
    return shop;
  }

  async admin(method: 'GET' | 'PUT' | 'POST', path: string, body?: unknown): Promise<Answer['body']> {
    return this.done(method, `/api/v1/admin/${path}`, body);
  }

  async service(method: 'GET' | 'PUT' | 'POST', path: string, body?: unknown): Promise<Answer['body']> {
    return this.done(method, `/api/v1/service/${path}`, body);
  }

  private async done(method: 'GET' | 'PUT' | 'POST', path: string, body?: unknown): Promise<Answer['body']> {
    const answer = await this.client.ask({ method, path, body, by: 'merchant' }, 0);
    if (answer.status >= 300) throw new Error(`${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  private async putPlan(code: PlanCode, rank: number): Promise<void> {
    const unit_amount = PLANS[code];
    const prices = [];
    for (const provider of PROVIDERS) {
      const id = await this.sides[provider].sell({ code, amount: unit_amount, currency: 'USD', isPlan: true });
      this.prices[provider][code] = id;
      const interval = { billing_interval: 'month', interval_count: 1 };
      prices.push({ provider, provider_price_id: id, currency: 'USD', unit_amount, ...interval });
    }
    const body = { name: code, rank, is_offered: true, prices };
    this.plans[code] = (await this.admin('PUT', `packages/suite/plans/${code}`, body)).id;
  }

  private async putGoods(code: GoodsCode): Promise<void> {
    const unit_amount = GOODS[code];
    const provider_price_ids = [];
    for (const provider of PROVIDERS) {
      const id = await this.sides[provider].sell({ code, amount: unit_amount, currency: 'USD' });
      this.prices[provider][code] = id;
      provider_price_ids.push({ provider, provider_price_id: id });
    }
    await this.admin('PUT', `products/${code}`, { name: `Product ${code}`, delivery: `By mail: ${code}` });
    const body = {
      product_code: code,
      name: code,
      currency: 'USD',
      unit_amount,
      allowed_methods: ['card'],
      provider_price_ids,
    };
    this.offers[code] = (await this.admin('PUT', `offers/${code}`, body)).id;
  }
}
