/** What the API answers, as its OpenAPI document says it: amounts in minor units, times in ISO 8601 (UTC). */

export type Language = 'vi' | 'pt-BR' | 'en';

export interface Interval {
  unit: 'day' | 'week' | 'month' | 'year';
  count: number;
}

export type Method =
  { kind: 'saved_card'; card_id: string; brand: string; last4: string } | { kind: 'new_card' } | { kind: 'pix' };

export interface Offer {
  offer_uuid: string;
  name: string;
  description: string | null;
  selling_points: string[];
  image: string | null;
  amount: number;
  currency: string;
  interval: Interval | null;
  compare: null | { current_plan: string; current_amount: number; difference: number };
  quote_required: boolean;
  methods: Method[];
  installments: { count: number; amount: number }[];
  /** Digest over all that is agreed to; goes back with the accept. */
  terms: string;
}

export interface Step {
  id: string;
  number: number;
  kind: string;
  headline: string;
  body: string | null;
  accept_label: string | null;
  decline_label: string | null;
  image: string | null;
  expires_at: string | null;
  is_expired: boolean;
  offers: Offer[];
}

export interface Pending {
  kind: 'authenticate' | 'checkout' | 'pix' | 'processing';
  offer_uuid: string;
  amount: number;
  currency: string;
  url?: string;
  expires_at?: string;
  pix?: { code: string; qr_image: string; expires_at: string };
}

export interface View {
  session: { id: string; status: 'open' | 'charging' | 'completed' | 'expired' | 'killed'; server_time: string };
  language: Language;
  step: Step | null;
  pending: Pending | null;
  last_failure: null | { code: string; message: string };
  redirect_url: string | null;
  thank_you_url: string;
}

export interface Quote {
  quote_id: string;
  /** Charged now. */
  amount: number;
  currency: string;
  method: null | { brand?: string; last4?: string };
  expires_at: string;
  terms: string;
}

export interface Item {
  name: string;
  kind: 'main' | 'upsell';
  status: 'pending' | 'paid' | 'failed' | 'expired' | 'refunded';
  amount: number;
  currency: string;
  delivery: string | null;
  image: string | null;
  /** What a plan is billed from its next period on. */
  renewal: { amount: number; currency: string; interval: Interval } | null;
}

export interface ThankYou {
  language: Language;
  sale: { id: string; status: 'approved' | 'extended' | 'finalized'; is_closed: boolean };
  items: Item[];
  totals: { amount: number; currency: string }[];
  pending: Pending | null;
  resume_url: string | null;
  return_url: string | null;
  server_time: string;
}

/** RFC 9457 problem document. */
export interface Problem {
  status: number;
  code: string;
  message: string;
  /** The state that the page should show instead. */
  current?: View;
  errors?: { field: string; message: string }[];
}

export type Answer<Body> = { ok: true; status: number; body: Body } | { ok: false; problem: Problem } | Lost;

/** No answer came, or none that says what became of the request. */
export interface Lost {
  ok: false;
  problem: null;
}
