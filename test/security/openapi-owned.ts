import type { Json } from './openapi-values.js';
import type { Person } from './openapi-person.js';
import type { FullWorld } from './openapi-world.js';
import type { Operation, Schema } from './openapi.js';

/** An input of an operation: a parameter, or a field of its body by its path. */
export interface Input {
  readonly place: 'path' | 'query' | 'header' | 'body';
  /** The last part of the field's path. */
  readonly name: string;
  readonly path: readonly string[];
  readonly required: boolean;
}

/** Every parameter and every field, also those within fields. */
export const inputsOf = ({ parameters, body }: Operation): Input[] => [
  ...parameters.map(({ in: place, name, required = false }): Input => ({ place, name, path: [name], required })),
  ...(body ? fieldsOf(body) : []),
];

function fieldsOf(schema: Schema, path: readonly string[] = [], inherited = true): Input[] {
  const properties = (schema.properties ?? {}) as Record<string, Schema>;
  const needed = (schema.required ?? []) as readonly string[];
  return Object.entries(properties).flatMap(([name, property]) => {
    const required = inherited && needed.includes(name);
    const own = [...path, name];
    if (property.properties) return fieldsOf(property, own, required);
    return [{ place: 'body', name, path: own, required } satisfies Input];
  });
}

/** Values by which something of a customer's is asked for, by the input's name: nobody else may name them. */
export const OWNED: Readonly<Record<string, (person: Person) => string>> = {
  card_id: ({ own }) => own.card,
  customerId: ({ own }) => own.providerCustomer,
  group_id: ({ own }) => own.group,
  id: ({ own }) => own.crossSell,
  method_id: ({ own }) => own.card,
  quote_id: ({ own }) => own.planQuote,
};

/** What is nobody's: the catalogue, choices, addresses, and what only its owner can have seen. */
export const SHARED: Readonly<Record<string, (person: Person, world: FullWorld) => Json>> = {
  'Idempotency-Key': () => 'a-key-of-my-own',
  cancel_url: () => 'https://shop.test/cart',
  currency: () => 'USD',
  effective: () => 'renewal',
  installments: () => 1,
  kind: () => 'saved_card',
  offer_id: (person, world) => worldOf(person, world).shop.offers.course ?? '',
  plan_id: (person, world) => worldOf(person, world).plans.pro,
  proration_mode: () => 'prorated_immediately',
  provider: (person, world) => worldOf(person, world).side.id,
  return_url: () => 'https://shop.test/account',
  step: ({ own }) => own.step,
  success_url: () => 'https://shop.test/account',
  tax_id: () => '12345678901',
  terms: ({ own }) => own.terms,
  use_checkout: () => false,
  when: () => 'now',
};

const worldOf = (person: Person, world: FullWorld) => (person === world.people[2] ? world.dodo : world.stripe);

/** Where the input is one thing in a path and another in a body: the visit is the token's, the offer in it is on sale. */
export const isVisit = ({ place, name }: Input): boolean => place === 'path' && name === 'offer_uuid';
