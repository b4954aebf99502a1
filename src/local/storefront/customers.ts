import type { Language } from './texts/index.js';

export interface Customer {
  /** The storefront's own id: `external_id` at Uplift, `sub` of the customer's token. */
  readonly id: string;
  readonly name: string;
  /** What a friend calls them. */
  readonly givenName: string;
  readonly email: string;
  readonly language: Language;
  readonly group: string;
  readonly role: 'owner' | 'admin' | 'member';
}

export interface Group {
  readonly id: string;
  readonly name: string;
}

export const GROUPS: readonly Group[] = [
  { id: 'acme', name: 'Acme' },
  { id: 'norte', name: 'Ateliê Norte' },
  { id: 'harbour', name: 'Harbour Books' },
];

/** Whoever is picked is signed in: this shop guards nothing. */
export const CUSTOMERS: readonly Customer[] = [
  {
    id: 'linh',
    name: 'Trần Mỹ Linh',
    givenName: 'Linh',
    email: 'linh@acme.example',
    language: 'vi',
    group: 'acme',
    role: 'owner',
  },
  {
    id: 'bruno',
    name: 'Bruno Carvalho',
    givenName: 'Bruno',
    email: 'bruno@acme.example',
    language: 'pt-BR',
    group: 'acme',
    role: 'member',
  },
  {
    id: 'ana',
    name: 'Ana Ribeiro',
    givenName: 'Ana',
    email: 'ana@norte.example',
    language: 'pt-BR',
    group: 'norte',
    role: 'owner',
  },
  {
    id: 'grace',
    name: 'Grace Miller',
    givenName: 'Grace',
    email: 'grace@harbour.example',
    language: 'en',
    group: 'harbour',
    role: 'owner',
  },
];

export const findCustomer = (id: string): Customer | undefined => CUSTOMERS.find((customer) => customer.id === id);

export function groupOf(customer: Customer): Group {
  const group = GROUPS.find(({ id }) => id === customer.group);
  if (!group) throw new Error(`the demo has no group ${customer.group}`);
  return group;
}

export const membersOf = (group: Group): readonly Customer[] => CUSTOMERS.filter((each) => each.group === group.id);
