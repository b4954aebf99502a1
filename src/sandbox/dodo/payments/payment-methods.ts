import { Inject, Injectable } from '@nestjs/common';
import { DodoStore } from '../objects/dodo-store.js';
import { newId } from '../objects/identifiers.js';
import type { SavedMethod } from '../objects/records.js';
import type { TestCard } from '../objects/test-cards.js';
import { notFound } from '../wire/dodo-error.js';

const FAR_EXPIRY = '12/40';

interface CardDetails {
  readonly name: string | null;
  /** MM/YY; null: far away. */
  readonly expiry: string | null;
}

/** Ways to pay that belong to a customer. Whoever pays on a page has theirs kept, without being asked. */
@Injectable()
export class DodoPaymentMethods {
  constructor(@Inject(DodoStore) private readonly store: DodoStore) {}

  /** @throws 404 for a method of somebody else, as for one that does not exist: Dodo does not document the code. */
  resolve(customer: string, id: string): SavedMethod {
    const method = this.store.get('payment_method', id);
    if (method.customer !== customer) throw notFound();
    return method;
  }

  of(customer: string): SavedMethod[] {
    return this.store.all('payment_method').filter((method) => method.customer === customer);
  }

  /** The same number of the same customer is one method; its holder and expiry are those that were entered last. */
  saveCard(customer: string, card: TestCard, { name, expiry }: CardDetails): SavedMethod {
    const [month = '', year = ''] = (expiry ?? FAR_EXPIRY).split('/');
    const known = this.of(customer).find(({ number }) => number === card.number);
    const method = known ?? this.insert(customer, card.number);
    Object.assign(method.item, {
      payment_method: 'card',
      payment_method_type: 'credit',
      recurring_enabled: true,
      card: {
        card_holder_name: name,
        card_issuing_country: card.country,
        card_network: card.network,
        card_type: 'credit',
        expiry_month: month.padStart(2, '0'),
        expiry_year: year,
        last4_digits: card.number.slice(-4),
      },
    } satisfies Partial<SavedMethod['item']>);
    return method;
  }

  /** A wallet pays while its owner is there; nothing can be charged to it afterwards. */
  saveWallet(customer: string): SavedMethod {
    return this.of(customer).find(({ number }) => number === null) ?? this.insert(customer, null);
  }

  /** Takes a method back whose first charge has failed. */
  forget(method: SavedMethod): void {
    this.store.remove('payment_method', method.id);
  }

  private insert(customer: string, number: string | null): SavedMethod {
    const id = newId('payment_method');
    return this.store.insert('payment_method', {
      id,
      customer,
      number,
      item: {
        payment_method: 'wallet',
        payment_method_id: id,
        payment_method_type: 'apple_pay',
        recurring_enabled: false,
        card: null,
        last_used_at: null,
      },
    });
  }
}
