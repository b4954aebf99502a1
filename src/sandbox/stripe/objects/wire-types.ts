import type { Stripe } from 'stripe';

type Primitive = string | number | boolean | null | undefined | void;

/**
 * The official client's type of an object as it crosses the wire unexpanded: an expandable field is an id, a decimal is
 * a string. Derived from the client's own types, so that a change of shape there does not compile here.
 */
export type Wire<Value> = Value extends Stripe.Decimal
  ? string
  : Value extends Primitive
    ? Value
    : Value extends readonly (infer Item)[]
      ? Unexpanded<Item>[]
      : Value extends object
        ? { [Key in keyof Value]: Unexpanded<Value[Key]> }
        : Value;

/** An empty interface of the client takes any text as well, but is no id. */
type Unexpanded<Value> = unknown extends Value
  ? unknown
  : [NonNullable<Value>] extends [object]
    ? Wire<Value>
    : string extends Value
      ? Extract<Value, Primitive>
      : Wire<Value>;

export type Customer = Wire<Stripe.Customer>;
export type Product = Wire<Stripe.Product>;
export type Price = Wire<Stripe.Price>;
export type Plan = Wire<Stripe.Plan>;
export type PaymentMethod = Wire<Stripe.PaymentMethod>;
export type Subscription = Wire<Stripe.Subscription>;
export type SubscriptionItem = Wire<Stripe.SubscriptionItem>;
export type SubscriptionSchedule = Wire<Stripe.SubscriptionSchedule>;
export type SchedulePhase = SubscriptionSchedule['phases'][number];
export type Invoice = Wire<Stripe.Invoice>;
export type InvoiceLine = Wire<Stripe.InvoiceLineItem>;
export type InvoicePayment = Wire<Stripe.InvoicePayment>;
export type PaymentIntent = Wire<Stripe.PaymentIntent>;
export type SetupIntent = Wire<Stripe.SetupIntent>;
export type Charge = Wire<Stripe.Charge>;
export type Refund = Wire<Stripe.Refund>;
export type Dispute = Wire<Stripe.Dispute>;
export type PortalConfiguration = Wire<Stripe.BillingPortal.Configuration>;
export type PortalSession = Wire<Stripe.BillingPortal.Session>;
export type CheckoutSession = Wire<Stripe.Checkout.Session>;
export type CheckoutLineItem = Wire<Stripe.LineItem>;
export type EventType = Stripe.Event['type'];

/** An event's object is a snapshot of any of the above. */
export type StripeEvent = Omit<Wire<Stripe.EventBase>, 'data'> & {
  object: 'event';
  data: { object: Record<string, unknown>; previous_attributes?: Record<string, unknown> };
};
