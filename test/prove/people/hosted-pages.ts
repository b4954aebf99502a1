import { submit } from '../../e2e/portal.js';
import type { Answer } from '../../support/http.js';
import type { Ending } from '../plan/plan.types.js';
import type { World } from '../world/world.js';

export const GOOD_CARD = '4242424242424242';
const CODE = `
  SELECT a.provider_payment_id AS payment FROM charge_attempts a JOIN users u ON u.id = a.user_id
   WHERE u.external_id = $1 AND a.status = 'requires_action' AND a.provider_payment_id IS NOT NULL
   ORDER BY a.id DESC LIMIT 1`;

/** Whoever finds a page closed, or paid already, leaves it. */
const toLeave = (): undefined => undefined;

/** What a customer does where the service has no say: on the provider's pages, at their bank, in their banking app. */
export class HostedPages {
  constructor(
    private readonly world: World,
    private readonly customer: string,
  ) {}

  /** On the provider's page, and on the bank's where it sends them. */
  async pay(url: string, card = GOOD_CARD): Promise<void> {
    const body = new URLSearchParams({ card, email: `${this.customer}@shop.test` });
    const response = await fetch(url, { method: 'POST', body, redirect: 'manual' }).catch(toLeave);
    const next = response?.headers.get('location') ?? '';
    if (next.includes('/3ds/')) await this.authenticate(new URL(next, url).href, 'pay');
  }

  /** Where a payment waits for them. */
  async follow(pending: Answer['body'], ending: Ending): Promise<void> {
    if (ending === 'walk away') return;
    const url: string | undefined = pending.url ?? undefined;
    if (pending.kind === 'authenticate') await this.authenticate(url, ending);
    else if (pending.kind === 'pix') await this.payCode(ending);
    else if (url && ending !== 'refuse') await this.pay(url);
  }

  private async authenticate(url: string | undefined, ending: Ending): Promise<void> {
    const outcome = ending === 'refuse' ? 'fail' : 'authenticate';
    if (url) await submit(url, new URLSearchParams({ outcome })).catch(toLeave);
  }

  private async payCode(ending: Ending): Promise<void> {
    if (ending === 'refuse') return;
    const [code] = await this.world.query<{ payment: string }>(CODE, [this.customer]);
    const how = { late: ending === 'pay late' };
    if (code) await this.world.sandbox.bank(`stripe/pix/${code.payment}/pay`, how).catch(toLeave);
  }
}
