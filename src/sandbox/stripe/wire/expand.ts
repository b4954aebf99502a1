import { Inject, Injectable } from '@nestjs/common';
import { toLineItems } from '../objects/checkout-objects.js';
import { StripeStore, type CollectionName } from '../objects/stripe-store.js';
import { wireList } from './list.js';
import { invalidRequest } from './stripe-error.js';

const PREFIXES: readonly (readonly [prefix: string, name: CollectionName])[] = [
  ['sub_sched_', 'subscription_schedule'],
  ['sub_', 'subscription'],
  ['cus_', 'customer'],
  ['prod_', 'product'],
  ['price_', 'price'],
  ['pm_', 'payment_method'],
  ['inpay_', 'invoice_payment'],
  ['in_', 'invoice'],
  ['pi_', 'payment_intent'],
  ['seti_', 'setup_intent'],
  ['ch_', 'charge'],
  ['re_', 'refund'],
  ['du_', 'dispute'],
  ['bpc_', 'billing_portal.configuration'],
];
const MAXIMUM_DEPTH = 4;

type Hash = Record<string, unknown>;

/** Replaces ids by objects along the asked paths, on a copy: what is stored and what events carry stays unexpanded. */
@Injectable()
export class Expander {
  constructor(@Inject(StripeStore) private readonly store: StripeStore) {}

  expand(response: unknown, paths: readonly string[]): unknown {
    const copy: unknown = structuredClone(response);
    for (const path of paths) {
      const segments = path.split('.');
      if (segments.filter((segment) => segment !== 'data').length > MAXIMUM_DEPTH)
        throw invalidRequest(
          `You cannot expand more than ${MAXIMUM_DEPTH} levels of a property.`,
          'expand',
        ).notRemembered();
      this.walk(copy, segments, path);
    }
    return copy;
  }

  private walk(node: unknown, [segment, ...rest]: readonly string[], path: string): void {
    if (segment === undefined) return;
    if (Array.isArray(node)) {
      for (const item of node) this.walk(item, [segment, ...rest], path);
      return;
    }
    if (typeof node !== 'object' || node === null) return;
    const hash = node as Hash;
    const included = this.include(hash, segment);
    if (included !== undefined) hash[segment] = included;
    else if (!(segment in hash)) throw notExpandable(path);
    else hash[segment] = this.resolve(hash[segment]);
    if (rest.length > 0) this.walk(hash[segment], rest, path);
    else if (typeof hash[segment] === 'string') throw notExpandable(path);
  }

  private resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.resolve(item));
    if (typeof value !== 'string') return value;
    const name = PREFIXES.find(([prefix]) => value.startsWith(prefix))?.[1];
    const found = name && this.store.find(name, value);
    return found ? structuredClone(found) : this.resolveByAnyId(value);
  }

  /** Products may have been given an id of the caller's own choice. */
  private resolveByAnyId(id: string): unknown {
    return structuredClone(this.store.find('product', id)) ?? id;
  }

  /** Properties that are absent unless they are asked for. */
  private include(hash: Hash, segment: string): unknown {
    const id = String(hash.id);
    if (hash.object === 'invoice' && segment === 'payments')
      return wireList(
        structuredClone(this.store.newestFirst('invoice_payment').filter(({ invoice }) => invoice === id)),
        '/v1/invoice_payments',
      );
    if (hash.object === 'invoice' && segment === 'confirmation_secret') return this.confirmationSecret(id);
    if (hash.object === 'customer' && segment === 'subscriptions')
      return wireList(
        structuredClone(
          this.store
            .newestFirst('subscription')
            .filter(({ customer, status }) => customer === id && status !== 'canceled'),
        ),
        `/v1/customers/${id}/subscriptions`,
      );
    if (hash.object === 'checkout.session' && segment === 'line_items')
      return hash.line_items ?? wireList(toLineItems(this.store, id), `/v1/checkout/sessions/${id}/line_items`);
    return undefined;
  }

  private confirmationSecret(invoice: string): unknown {
    const payment = this.store.all('invoice_payment').find((candidate) => candidate.invoice === invoice);
    const intent = this.store.find('payment_intent', payment?.payment.payment_intent);
    return intent ? { client_secret: intent.client_secret, type: 'payment_intent' } : null;
  }
}

const notExpandable = (path: string) =>
  invalidRequest(`This property cannot be expanded (${path}).`, 'expand').notRemembered();
