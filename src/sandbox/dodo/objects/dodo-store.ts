import { Injectable } from '@nestjs/common';
import type { Addon, MethodUpdate, SubscriptionNote } from '../subscriptions/subscription-records.js';
import { notFound } from '../wire/dodo-error.js';
import type {
  Checkout,
  CheckoutAuthentication,
  CreditBalance,
  PaymentNote,
  PortalVisit,
  RefundNote,
  SavedMethod,
} from './records.js';
import type { Customer, Dispute, Payment, Product, Refund, Subscription } from './wire-types.js';

/** Everything that the Dodo side remembers. The lower half is the sandbox's own and is never sent as it is. */
export interface DodoCollections {
  customer: Customer;
  product: Product;
  payment: Payment;
  refund: Refund;
  dispute: Dispute;
  subscription: Subscription;
  addon: Addon;

  payment_method: SavedMethod;
  checkout: Checkout;
  payment_note: PaymentNote;
  refund_note: RefundNote;
  authentication: CheckoutAuthentication;
  credit: CreditBalance;
  subscription_note: SubscriptionNote;
  method_update: MethodUpdate;
  portal_visit: PortalVisit;
  page_submission: { readonly id: string };
}

export type CollectionName = keyof DodoCollections;

/** Under which name an object of the API carries its id; the others have `id`. */
const ID_FIELDS: Partial<Record<CollectionName, string>> = {
  customer: 'customer_id',
  product: 'product_id',
  payment: 'payment_id',
  refund: 'refund_id',
  dispute: 'dispute_id',
  subscription: 'subscription_id',
};

@Injectable()
export class DodoStore {
  private collections = new Map<CollectionName, Map<string, object>>();

  insert<Name extends CollectionName>(name: Name, object: DodoCollections[Name]): DodoCollections[Name] {
    this.collectionOf(name).set(idOf(name, object), object);
    return object;
  }

  find<Name extends CollectionName>(name: Name, id: string | null | undefined): DodoCollections[Name] | undefined {
    return id ? this.collectionOf(name).get(id) : undefined;
  }

  /** @throws Dodo's 404 `NOT_FOUND`. */
  get<Name extends CollectionName>(name: Name, id: string): DodoCollections[Name] {
    const found = this.find(name, id);
    if (!found) throw notFound();
    return found;
  }

  remove(name: CollectionName, id: string): void {
    this.collectionOf(name).delete(id);
  }

  /** Oldest first, in the order of creation. */
  all<Name extends CollectionName>(name: Name): DodoCollections[Name][] {
    return [...this.collectionOf(name).values()];
  }

  /** Newest first, as every list of the API. */
  newestFirst<Name extends CollectionName>(name: Name): DodoCollections[Name][] {
    return this.all(name).toReversed();
  }

  toSetting(): object {
    return Object.fromEntries([...this.collections].map(([name, objects]) => [name, [...objects.values()]]));
  }

  restore(setting: object): void {
    this.collections = new Map(
      Object.entries(setting as Record<CollectionName, object[]>).map(([name, objects]) => [
        name as CollectionName,
        new Map(objects.map((object) => [idOf(name as CollectionName, object), object])),
      ]),
    );
  }

  private collectionOf<Name extends CollectionName>(name: Name): Map<string, DodoCollections[Name]> {
    let collection = this.collections.get(name);
    if (!collection) this.collections.set(name, (collection = new Map()));
    return collection as Map<string, DodoCollections[Name]>;
  }
}

const idOf = (name: CollectionName, object: object): string =>
  (object as Record<string, string>)[ID_FIELDS[name] ?? 'id']!;
