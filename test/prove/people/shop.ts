import { PRORATION_MODES } from '../../../src/billing-providers/index.js';
import { sideOf, type ProviderSide } from '../../e2e/matrix-providers.js';
import type { Answer } from '../../support/http.js';
import { PLANS, PROVIDERS, type PlanCode, type ProviderId } from '../plan/plan.types.js';
import type { World } from '../world/world.js';
import { Client } from './client.js';

/**
 * Cents. The kit is sold by the merchant's own checkout; the funnel behind it offers the course, the poster to whoever says no, and
 * then a plan. Behind the kit in reais comes the course in reais, by Pix too where the provider has it. The badge has its moment.
 */
const GOODS = { kit: 4_900, course: 1_900, poster: 900, guide: 700, badge: 500 } as const;
const GOODS_IN_REAIS = { kit_brl: 14_900, course_brl: 5_900 } as const;
export type SoldCode = keyof typeof GOODS | keyof typeof GOODS_IN_REAIS;

const TEXTS = { vi: { headline: 'Thêm một món nữa?' }, en: { headline: 'One more thing?' } };

/** What the merchant has put up before the first customer comes. */
export class Shop {
  readonly sides: Readonly<Record<ProviderId, ProviderSide>>;
  readonly plans = {} as Record<PlanCode, string>;
  readonly offers = {} as Record<SoldCode, string>;
  readonly prices = { stripe: {}, dodo: {} } as Record<ProviderId, Record<PlanCode | SoldCode, string>>;
  readonly client: Client;

  private constructor(readonly world: World) {
    this.sides = { stripe: sideOf('stripe', world.sandbox), dodo: sideOf('dodo', world.sandbox) };
    this.client = new Client(world, 'merchant');
  }

  static async open(world: World): Promise<Shop> {
    const shop = new Shop(world);
    await shop.admin('PUT', 'packages/suite', { name: 'Suite', proration_modes: PRORATION_MODES });
    for (const [rank, code] of (Object.keys(PLANS) as PlanCode[]).entries()) await shop.putPlan(code, rank);
    for (const [code, amount] of Object.entries(GOODS)) await shop.putGoods(code as SoldCode, amount, 'USD', ['card']);
    for (const [code, amount] of Object.entries(GOODS_IN_REAIS)) {
      await shop.putGoods(code as SoldCode, amount, 'BRL', ['card', 'pix']);
    }
    for (const plan_code of ['basic', 'pro']) {
      const body = { plan_code, name: `Club ${plan_code}`, allowed_methods: ['card'] };
      await shop.admin('PUT', `offers/club_${plan_code}`, body);
    }
    const steps = [
      { kind: 'one_click', offers: ['course'], next_on_accept: null, next_on_decline: 1, texts: TEXTS },
      { kind: 'one_click', offers: ['poster'], next_on_accept: null, next_on_decline: 2, texts: TEXTS },
      {
        kind: 'with_plans',
        offers: ['club_basic', 'club_pro'],
        next_on_accept: null,
        next_on_decline: null,
        texts: TEXTS,
      },
    ];
    await shop.publish('kit', steps);
    const last = { next_on_accept: null, next_on_decline: null, texts: TEXTS };
    await shop.publish('kit_brl', [{ kind: 'pix_or_card', offers: ['course_brl'], ...last }]);
    const rule = { trigger: 'usage_milestone', offer_code: 'badge', minimum: 80, valid_minutes: 60 };
    await shop.admin('PUT', 'upsell-rules/busy', rule);
    return shop;
  }

  private async publish(bought: SoldCode, steps: readonly object[]): Promise<void> {
    const { id } = await this.admin('PUT', `funnels/offer/${bought}`, { steps });
    await this.admin('POST', `funnels/${id}/publish`, {});
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

  private async putGoods(
    code: SoldCode,
    unit_amount: number,
    currency: 'USD' | 'BRL',
    allowed_methods: readonly string[],
  ): Promise<void> {
    const provider_price_ids = [];
    for (const provider of PROVIDERS) {
      const id = await this.sides[provider].sell({ code, amount: unit_amount, currency });
      this.prices[provider][code] = id;
      provider_price_ids.push({ provider, provider_price_id: id });
    }
    await this.admin('PUT', `products/${code}`, { name: `Product ${code}`, delivery: `By mail: ${code}` });
    const body = {
      product_code: code,
      name: code,
      currency,
      unit_amount,
      allowed_methods,
      provider_price_ids,
    };
    this.offers[code] = (await this.admin('PUT', `offers/${code}`, body)).id;
  }
}
