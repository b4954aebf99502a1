import type { FunnelModel } from './funnel-model.js';
import type { FunnelCustomer, FunnelMove } from './funnel-shop.js';
import type { Payment } from './funnel-terms.js';

const isOpenAt = (kind: Payment['kind'], now: number) => (payment: Payment) =>
  payment.kind === kind && payment.truth === 'open' && payment.until > now;

/** Something that the customer does at the provider, with one of the payments that can still be made there. */
const atProvider = (
  name: string,
  told: number,
  isMeant: (payment: Payment, model: Readonly<FunnelModel>) => boolean,
  act: (model: FunnelModel, customer: FunnelCustomer, payment: number) => Promise<void>,
): FunnelMove => {
  const candidates = (model: Readonly<FunnelModel>) => model.payments.filter((payment) => isMeant(payment, model));
  return {
    name,
    told,
    check: (model) => candidates(model).length > 0,
    async run(model, customer) {
      const meant = candidates(model);
      await act(model, customer, model.payments.indexOf(meant[told % meant.length]!));
      await customer.shop.world.settle();
    },
  };
};

export const bank = (told: number, outcome: 'authenticate' | 'fail'): FunnelMove =>
  atProvider(
    outcome === 'fail' ? 'fail to authenticate' : 'authenticate',
    told,
    (payment, { now }) => isOpenAt('authenticate', now)(payment),
    async (model, customer, at) => {
      await customer.authenticate(at, outcome);
      const paid = outcome === 'authenticate';
      model.settle(model.payments[at]!, paid ? 'paid' : 'failed', paid ? null : model.able.unauthenticated, 'by mail');
    },
  );

export const payPage = (told: number): FunnelMove =>
  atProvider(
    'pay on the page',
    told,
    (payment, { now }) => isOpenAt('checkout', now)(payment),
    async (model, customer, at) => {
      await customer.payOnPage(at);
      model.settle(model.payments[at]!, 'paid', null, 'by mail');
    },
  );

export const failOnPage = (told: number): FunnelMove =>
  atProvider(
    'be declined on the page',
    told,
    (payment, { now }) => isOpenAt('checkout', now)(payment),
    (_model, customer, at) => customer.payOnPage(at, 'refused'),
  );

/** Nobody waits for it any more, but the provider keeps it open for a day. */
export const payOldPage = (told: number): FunnelMove =>
  atProvider(
    'pay on an old page',
    told,
    ({ kind, truth, until }, { now }) =>
      kind === 'checkout' && truth === 'open' && until <= now && now < until + 20 * 3_600_000,
    async (model, customer, at) => {
      await customer.payOnPage(at);
      model.settle(model.payments[at]!, 'paid', null, 'by mail');
    },
  );

export const payPix = (told: number): FunnelMove =>
  atProvider(
    'pay by Pix',
    told,
    (payment, { now }) => isOpenAt('pix', now)(payment),
    async (model, customer, at) => {
      await customer.payPix(at, false);
      model.settle(model.payments[at]!, 'paid', null, 'by mail');
    },
  );

/** The bank took the money in time, and says so after the code has expired. */
export const payPixLate = (told: number): FunnelMove =>
  atProvider(
    'pay by Pix late',
    told,
    ({ kind, truth, until }, { now }) => kind === 'pix' && truth === 'closed' && until <= now,
    async (model, customer, at) => {
      await customer.payPix(at, true);
      model.settle(model.payments[at]!, 'paid', null, 'by mail');
    },
  );
