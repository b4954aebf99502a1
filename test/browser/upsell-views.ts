import type { Item, Offer, Pending, Step, ThankYou, View } from '../../src/upsell/pages/assets/view.types.js';

/** What was bought, and the step and offer that follow it. */
export const BOUGHT = '0b5c9f4e-52c1-4d51-9a3c-7a5f1f0c2d11';
export const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.signature';

export const UPSELL = `/upsell-native?offer=${BOUGHT}#token=${TOKEN}`;
export const THANK_YOU = `/thank-you?offer=${BOUGHT}#token=${TOKEN}`;

/** When the server believes to be; the device's clock is another. */
const SERVER_TIME = '2031-03-04T12:00:00.000Z';
export const inSeconds = (seconds: number): string => new Date(Date.parse(SERVER_TIME) + seconds * 1_000).toISOString();

/** A wide and a square picture, as media of the catalogue would be. */
const svg = (width: number, height: number, hue: number): string =>
  `data:image/svg+xml,${encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}"><rect width="100%" height="100%" fill="hsl(${hue} 35% 55%)"/><circle cx="${width / 2}" cy="${height / 2}" r="${height / 3}" fill="hsl(${hue} 45% 75%)"/></svg>`,
  )}`;
export const PICTURE = svg(16, 9, 210);
export const SQUARE = svg(10, 10, 150);

export const VISA = { kind: 'saved_card', card_id: 'pm_visa', brand: 'visa', last4: '4242' } as const;
export const NEW_CARD = { kind: 'new_card' } as const;
export const PIX = { kind: 'pix' } as const;

export const offer = (fields: Partial<Offer> = {}): Offer => ({
  offer_uuid: '3f1c1c0e-7a0a-4f0e-9d0b-0d6c5c1a2b01',
  name: 'Live workshop',
  description: 'Two hours with our team, in a group of at most eight.',
  selling_points: ['Your own board as the example', 'Questions answered at once', 'The recording is yours'],
  image: null,
  amount: 4_900,
  currency: 'USD',
  interval: null,
  compare: null,
  quote_required: false,
  methods: [VISA, NEW_CARD],
  installments: [{ count: 1, amount: 4_900 }],
  terms: 'terms-1',
  ...fields,
});

export const step = (fields: Partial<Step> = {}): Step => ({
  id: '7b1d7a4c-1111-4222-8333-9b0d5a2c7e01',
  number: 1,
  kind: 'one_click',
  headline: 'Start faster, together with us',
  body: 'The starter kit is yours. Add a live workshop, at a price that only this page has.',
  accept_label: null,
  decline_label: null,
  image: null,
  expires_at: null,
  is_expired: false,
  offers: [offer()],
  ...fields,
});

/** The step after that one. */
export const second = step({ id: '7b1d7a4c-1111-4222-8333-9b0d5a2c7e02', headline: 'No time for a date?' });

export const view = (fields: Partial<View> = {}): View => ({
  session: { id: '51a0a6c2-7b0e-4a7e-8a53-0a4a2e4f0c01', status: 'open', server_time: SERVER_TIME },
  language: 'en',
  step: step(),
  pending: null,
  last_failure: null,
  redirect_url: null,
  thank_you_url: `/thank-you?offer=${BOUGHT}`,
  ...fields,
});

export const charging = (pending: Partial<Pending> & Pick<Pending, 'kind'>, fields: Partial<View> = {}): View =>
  view({
    session: { ...view().session, status: 'charging' },
    pending: { offer_uuid: offer().offer_uuid, amount: 4_900, currency: 'USD', ...pending },
    ...fields,
  });

export const over = (status: 'completed' | 'expired' | 'killed', fields: Partial<View> = {}): View =>
  view({ session: { ...view().session, status }, step: null, ...fields });

export const item = (fields: Partial<Item> = {}): Item => ({
  name: 'Starter kit',
  kind: 'main',
  status: 'paid',
  amount: 2_900,
  currency: 'USD',
  delivery: 'The download link is in your e-mail.',
  image: null,
  renewal: null,
  ...fields,
});

export const order = (fields: Partial<ThankYou> = {}): ThankYou => ({
  language: 'en',
  sale: { id: '0c64b4b7-6e84-4dd1-a83b-3c6c58a1f0aa', status: 'finalized', is_closed: true },
  items: [item()],
  totals: [{ amount: 2_900, currency: 'USD' }],
  pending: null,
  resume_url: null,
  return_url: null,
  server_time: SERVER_TIME,
  ...fields,
});
