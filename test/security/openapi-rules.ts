import { isVisit, OWNED, SHARED, type Input } from './openapi-owned.js';
import type { Person } from './openapi-person.js';
import type { Sent } from './openapi-request.js';
import type { Json } from './openapi-values.js';
import type { FullWorld } from './openapi-world.js';
import { inputsOf } from './openapi-owned.js';
import type { Operation } from './openapi.js';

/** Whose the token is, and whether it is the storefront's or a visit's. */
const proofOf = ({ schemes }: Operation, person: Person): Record<string, string> => ({
  authorization: `Bearer ${schemes.includes('upsell') ? person.visit.token : person.token}`,
});

/** Whether it is customers who call. */
export const isForCustomers = ({ schemes }: Operation): boolean =>
  schemes.includes('customer') || schemes.includes('upsell');

/** The input is somebody's own, and nobody else may name it. */
export const isOwned = (input: Input): boolean => isVisit(input) || input.name in OWNED;

export const isKnown = (input: Input): boolean => isOwned(input) || input.name === 'offer_uuid' || input.name in SHARED;

/** Terms are of what was shown, in its language. */
const IN_ENGLISH = { 'accept-language': 'en' };

/** What the person would send themself. */
function valueOf(input: Input, person: Person, world: FullWorld): Json {
  if (input.name === 'offer_uuid') return isVisit(input) ? person.visit.offerUuid : person.own.offerUuid;
  const owned = OWNED[input.name];
  return owned ? owned(person) : (SHARED[input.name]?.(person, world) ?? null);
}

/**
 * The request that somebody would send about their own things, but for one input, which is another's.
 *
 * @param foreign which input, and whose
 */
export function requestOf(
  operation: Operation,
  world: FullWorld,
  person: Person,
  foreign?: { readonly input: Input; readonly of: Person },
): Sent {
  const inputs = inputsOf(operation);
  const isForeign = (input: Input) =>
    input.place === foreign?.input.place && input.path.join() === foreign.input.path.join();
  const chosen = inputs.filter((input) => input.required || isForeign(input) || isMeant(operation, input));
  const values = chosen.map((input) => ({
    input,
    value: valueOf(input, isForeign(input) && foreign ? foreign.of : person, world),
  }));
  const at = (place: Input['place']) => values.filter(({ input }) => input.place === place);
  const path = at('path').reduce(
    (made, { input, value }) => made.replace(`{${input.name}}`, encodeURIComponent(String(value))),
    operation.path,
  );
  const query = new URLSearchParams(at('query').map(({ input, value }) => [input.name, String(value)])).toString();
  const body = operation.body ? toBody(at('body')) : undefined;
  return {
    method: operation.method,
    path: query === '' ? path : `${path}?${query}`,
    headers: { ...IN_ENGLISH, ...proofOf(operation, person), ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  };
}

/** A change is made now, for a quote, where a quote is what it is about; else at the renewal, of a plan. */
const isMeant = ({ path }: Operation, { name }: Input): boolean =>
  name === 'card_id' ||
  (path.endsWith('/change-plan') && ['quote_id', 'when'].includes(name)) ||
  (name === 'terms' && path.startsWith('/api/upsell'));

function toBody(values: readonly { readonly input: Input; readonly value: Json }[]): Record<string, Json> {
  const body: Record<string, Json> = {};
  for (const { input, value } of values) {
    const parent = input.path
      .slice(0, -1)
      .reduce((object, name) => (object[name] ??= {}) as Record<string, Json>, body);
    parent[input.path.at(-1) ?? ''] = value;
  }
  return body;
}

/** Names and ids of somebody, which an answer to others must not have. */
export const marksOf = ({ own, customer }: Person): string[] => [
  own.card,
  own.crossSell,
  own.group,
  own.payment,
  own.planQuote,
  own.providerCustomer,
  own.sale,
  own.user,
  `${customer.id}@shop.test`,
];

/** The merchant's server may link a user to a customer whom the provider does not know, which the provider then says. */
export const isWrongLink = (text: string): boolean => text.includes('"code":"provider_refused"');
