import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { errorOf, saveCard } from './money.js';
import { startWorld, type World } from './support.js';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

describe('the cards of a customer', () => {
  it('are told with brand, digits and expiry, the default first', async () => {
    const { customerId, cardId } = await saveCard(world);
    const second = await world.stripe.paymentMethods.attach('pm_card_mastercard', { customer: customerId });
    const listed = async () => (await world.provider.listPaymentMethods(customerId)).map(({ id }) => id);
    for (const preferred of [cardId, second.id]) {
      await world.stripe.customers.update(customerId, { invoice_settings: { default_payment_method: preferred } });
      expect((await listed())[0]).toBe(preferred);
    }
    expect(await world.provider.listPaymentMethods(customerId)).toEqual([
      {
        id: second.id,
        brand: 'mastercard',
        last4: '4444',
        expiryMonth: second.card?.exp_month,
        expiryYear: second.card?.exp_year,
        fingerprint: second.card?.fingerprint,
        isReusable: true,
      },
      expect.objectContaining({ id: cardId, brand: 'visa', last4: '4242' }),
    ]);
  });

  it('are recognised by their fingerprint, however often they were saved: the default one first, else the newest', async () => {
    const { customerId, cardId } = await saveCard(world);
    const other = await world.stripe.paymentMethods.attach('pm_card_mastercard', { customer: customerId });
    const newest = await world.stripe.paymentMethods.attach('pm_card_visa', { customer: customerId });
    const visas = async () => {
      const cards = await world.provider.listPaymentMethods(customerId);
      expect(new Set(cards.map(({ fingerprint }) => fingerprint)).size).toBe(2);
      const visa = cards.find(({ id }) => id === cardId)?.fingerprint;
      expect(visa).toEqual(expect.any(String));
      expect(cards.find(({ id }) => id === other.id)?.fingerprint).not.toBe(visa);
      return cards.filter(({ fingerprint }) => fingerprint === visa).map(({ id }) => id);
    };
    expect(await visas()).toEqual([newest.id, cardId]);
    await world.stripe.customers.update(customerId, { invoice_settings: { default_payment_method: cardId } });
    expect(await visas()).toEqual([cardId, newest.id]);
  });

  it('are none for one who saved none', async () => {
    const { id } = await world.stripe.customers.create({});
    expect(await world.provider.listPaymentMethods(id)).toEqual([]);
  });

  it('are not told of a customer that is not there', async () => {
    expect((await errorOf(world.provider.listPaymentMethods('cus_none'))).outcome).toBe('refused');
  });
});
