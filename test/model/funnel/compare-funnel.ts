import { expect } from 'vitest';
import { done, type Body } from '../../e2e/upsell-shop.js';
import type { FunnelModel } from './funnel-model.js';
import type { OfferCode, Page, Sale } from './funnel-terms.js';
import type { FunnelCustomer } from './funnel-shop.js';

interface Row {
  readonly status: string;
  readonly position: number | null;
}

/** Everything that can be seen of a customer, and what the model says of it. */
export async function compareFunnel(model: FunnelModel, customer: FunnelCustomer): Promise<void> {
  const { matrix } = customer.shop.world;
  for (const [index, sale] of model.sales.entries()) await compareSale(model, customer, sale, index);
  const products = await customer.person.products();
  expect(products.map((line) => line.replace('model-', '').replace('kit_brl', 'kit')).toSorted()).toEqual(
    model.products(),
  );
  expect(sorted(matrix.charges(customer.person))).toEqual(sorted(model.charges));
  expect(sorted(matrix.refunds(customer.person))).toEqual(sorted(model.refunds));
}

const sorted = (amounts: readonly number[]) => amounts.toSorted((one, other) => one - other);

async function compareSale(model: FunnelModel, customer: FunnelCustomer, sale: Sale, index: number): Promise<void> {
  const { shop } = customer.shop.world.matrix;
  const visit = customer.visitOf(index);
  const told = await visit.sale();
  expect({
    status: told.status,
    isClosed: told.is_closed,
    items: told.items.map(
      ({ offer, status, amount }: Body) => `${offer.code.replace('model-', '')} ${status} ${amount}`,
    ),
  }).toEqual({
    status: sale.status,
    isClosed: sale.isClosed,
    items: sale.items.map(({ offer, status, amount }) => `${offer === 'kit' ? 'kit_brl' : offer} ${status} ${amount}`),
  });
  if (sale.session === null) {
    const answer = await visit.call('GET', `/upsell-native/${visit.offerUuid}`);
    expect(answer).toMatchObject({ status: 404, body: { code: 'upsell_session_not_found' } });
    return;
  }
  const [row] = await shop.rows<Row>(
    `SELECT e.status, e.step_position AS position FROM upsell_sessions e JOIN sales s ON s.id = e.sale_id WHERE s.uuid = $1`,
    [visit.saleId],
  );
  expect(row).toEqual({ status: sale.session, position: sale.position });
  const events = await shop.rows<{ line: string }>(
    `SELECT concat_ws(' ', e.type, e.step_position, e.amount) AS line FROM upsell_events e JOIN sales s ON s.id = e.sale_id
      WHERE s.uuid = $1`,
    [visit.saleId],
  );
  expect(events.map(({ line }) => line).toSorted()).toEqual(sale.events.toSorted());
  await compareView(model, customer, sale, index);
}

async function compareView(model: FunnelModel, customer: FunnelCustomer, sale: Sale, index: number): Promise<void> {
  const view = await done(customer.visitOf(index).call('GET', `/upsell-native/${customer.visitOf(index).offerUuid}`));
  const isOver = model.seen(sale) !== 'open' && model.seen(sale) !== 'charging';
  const offers = isOver ? [] : sale.offered.filter((code) => !model.withdrawn.has(code));
  expect({
    status: view.session.status,
    step: view.step && {
      position: view.step.number - 1,
      kind: view.step.kind,
      isLate: view.step.is_expired,
      endsAt: view.step.expires_at && Date.parse(view.step.expires_at),
      offers: view.step.offers.map(({ offer_uuid, amount }: Body) => `${customer.shop.codeOf(offer_uuid)} ${amount}`),
    },
    pending: view.pending && `${view.pending.kind} ${view.pending.amount}`,
    failure: view.last_failure?.code ?? null,
  }).toEqual({
    status: model.seen(sale),
    step: isOver
      ? null
      : {
          position: sale.position,
          kind: model.stepOf(sale)?.kind,
          isLate: model.isStepLate(sale),
          endsAt: sale.stepEndsAt,
          offers: offers.map((code) => `${code} ${model.priceOf(code)}`),
        },
    pending: sale.pending && `${sale.pending.kind} ${sale.pending.amount}`,
    failure: sale.failure,
  });
  if (isOver || sale.position === null) return;
  keepPage(model, customer, { sale: index, position: sale.position, offers: offers.map(toShown(model)) }, view.step);
}

const toShown = (model: FunnelModel) => (code: OfferCode) => ({ code, amount: model.priceOf(code) });

/** A tab that shows something new. */
function keepPage(model: FunnelModel, customer: FunnelCustomer, page: Page, step: Body): void {
  const last = model.pages.findLast(({ sale }) => sale === page.sale);
  if (JSON.stringify(last) === JSON.stringify(page)) {
    customer.steps[model.pages.indexOf(last!)] = step;
    return;
  }
  model.pages.push(page);
  customer.steps.push(step);
}
