import { Injectable } from '@nestjs/common';
import { resourceMissing } from '../wire/stripe-error.js';
import type { PendingChange, PendingLine, ScheduleNote } from '../billing/billing.types.js';
import type { Authentication, CheckoutOrder, PixCode, PortalVisit } from '../pages/page.types.js';
import type {
  Charge,
  CheckoutSession,
  Customer,
  Dispute,
  Invoice,
  InvoicePayment,
  PaymentIntent,
  PaymentMethod,
  PortalConfiguration,
  PortalSession,
  Price,
  Product,
  Refund,
  SetupIntent,
  StripeEvent,
  Subscription,
  SubscriptionSchedule,
} from './wire-types.js';

/** The first answer to an idempotency key, kept for a day of virtual time. */
export interface IdempotentAnswer {
  readonly id: string;
  readonly request: string;
  readonly at: number;
  readonly status: number;
  readonly body: string;
}

/** What only a card's bank knows. The id is the payment method's. */
export interface CardNote {
  readonly id: string;
  readonly number: string;
  isSetUp: boolean;
  isAuthenticated: boolean;
}

/** Everything that the Stripe side remembers. The lower half is the sandbox's own and is never sent. */
export interface StripeCollections {
  customer: Customer;
  product: Product;
  price: Price;
  payment_method: PaymentMethod;
  subscription: Subscription;
  subscription_schedule: SubscriptionSchedule;
  invoice: Invoice;
  invoice_payment: InvoicePayment;
  payment_intent: PaymentIntent;
  setup_intent: SetupIntent;
  charge: Charge;
  refund: Refund;
  dispute: Dispute;
  'billing_portal.configuration': PortalConfiguration;
  'billing_portal.session': PortalSession;
  'checkout.session': CheckoutSession;
  event: StripeEvent;

  card_number: CardNote;
  pending_line: PendingLine;
  pending_change: PendingChange;
  schedule_note: ScheduleNote;
  checkout_order: CheckoutOrder;
  authentication: Authentication;
  pix_code: PixCode;
  portal_visit: PortalVisit;
  page_submission: { id: string };
  idempotent_answer: IdempotentAnswer;
}

export type CollectionName = keyof StripeCollections;

const NOUNS: Partial<Record<CollectionName, string>> = {
  payment_method: 'PaymentMethod',
  payment_intent: 'payment_intent',
  setup_intent: 'setupintent',
  subscription_schedule: 'subscription schedule',
  'billing_portal.configuration': 'configuration',
  'checkout.session': 'checkout.session',
};

@Injectable()
export class StripeStore {
  private collections = new Map<CollectionName, Map<string, { id: string }>>();

  insert<Name extends CollectionName>(name: Name, object: StripeCollections[Name]): StripeCollections[Name] {
    this.collectionOf(name).set(object.id, object);
    return object;
  }

  find<Name extends CollectionName>(name: Name, id: string | null | undefined): StripeCollections[Name] | undefined {
    return id ? this.collectionOf(name).get(id) : undefined;
  }

  /** @throws Stripe's 404 `resource_missing` for the resource of the address, 400 for one named by a parameter. */
  get<Name extends CollectionName>(name: Name, id: string, param?: string): StripeCollections[Name] {
    const found = this.find(name, id);
    if (!found) throw resourceMissing(NOUNS[name] ?? name, id, param ?? 'id', param ? 400 : 404);
    return found;
  }

  remove(name: CollectionName, id: string): void {
    this.collectionOf(name).delete(id);
  }

  /** Oldest first, in the order of creation. */
  all<Name extends CollectionName>(name: Name): StripeCollections[Name][] {
    return [...this.collectionOf(name).values()];
  }

  /** Newest first, as every list of the API. */
  newestFirst<Name extends CollectionName>(name: Name): StripeCollections[Name][] {
    return this.all(name).toReversed();
  }

  toSetting(): object {
    return Object.fromEntries([...this.collections].map(([name, objects]) => [name, [...objects.values()]]));
  }

  restore(setting: object): void {
    this.collections = new Map(
      Object.entries(setting as Record<CollectionName, { id: string }[]>).map(([name, objects]) => [
        name as CollectionName,
        new Map(objects.map((object) => [object.id, object])),
      ]),
    );
  }

  private collectionOf<Name extends CollectionName>(name: Name): Map<string, StripeCollections[Name]> {
    let collection = this.collections.get(name);
    if (!collection) this.collections.set(name, (collection = new Map()));
    return collection as unknown as Map<string, StripeCollections[Name]>;
  }
}
