/** @typedef {typeof texts} Texts */

/** @param {string} one @param {string} many */
const per = (one, many) => (/** @type {number} */ count) => (count === 1 ? `per ${one}` : `every ${count} ${many}`);

export const texts = {
  loading: 'One moment…',
  tryAgain: 'Try again',
  toOrder: 'To your order',
  per: {
    day: per('day', 'days'),
    week: per('week', 'weeks'),
    month: per('month', 'months'),
    year: per('year', 'years'),
  },
  methods: { card: 'Card', newCard: 'Another card', pix: 'Pix' },
  offer: {
    paid: 'Your order is paid. This is an extra, only if you want it.',
    choose: 'Choose one',
    timeLeft: 'This offer ends in',
    lastMinute: 'One minute left for this offer.',
    moreThan: (/** @type {string} */ plan, /** @type {string} */ now, /** @type {string} */ difference) =>
      `Today you have ${plan} for ${now}. This is ${difference} more.`,
    lessThan: (/** @type {string} */ plan, /** @type {string} */ now, /** @type {string} */ difference) =>
      `Today you have ${plan} for ${now}. This is ${difference} less.`,
    sameAs: (/** @type {string} */ plan, /** @type {string} */ now) =>
      `Today you have ${plan} for ${now}: the same price.`,
    methods: 'How to pay',
    installments: 'Instalments',
    atOnce: (/** @type {string} */ amount) => `At once: ${amount}`,
    taxId: 'CPF or CNPJ (optional)',
    taxIdWrong: 'A CPF has 11 digits, a CNPJ has 14. Nothing was charged.',
    accept: 'Yes, add it to my order',
    decline: 'No, thank you',
    declineDetail: 'Nothing is charged',
    tax: 'tax included',
    today: (/** @type {string} */ amount) => `${amount} today`,
    parts: (/** @type {string} */ amount, /** @type {number} */ count, /** @type {string} */ part) =>
      `${amount} in ${count} × ${part}`,
    byCheckout: 'on the payment page',
    byPix: 'by Pix',
    counting: 'Working out today’s price…',
    renews: (/** @type {string} */ price) => `Renews at ${price} until you cancel.`,
    onceOnly: 'One payment. It does not renew.',
    quoteFailed: 'Today’s price is not known at the moment.',
    paying: 'Paying…',
    declining: 'One moment…',
  },
  added: (/** @type {string} */ name) => `Done: ${name} is part of your order.`,
  expired: {
    title: 'This offer has ended',
    body: 'Nothing was charged. Your order stays as it is.',
    go: 'Continue',
  },
  processing: {
    title: 'Your payment is being confirmed',
    body: 'This takes a moment. You need not press anything, and you will not be charged twice.',
    slow: 'It takes longer than usual. You may close this page: what becomes of the payment is seen in your order.',
  },
  authenticate: {
    title: 'Your bank wants to be sure that it is you',
    body: (/** @type {string} */ amount) =>
      `Confirm ${amount} with your bank, then you come back here. Until then nothing is charged.`,
    go: 'Continue to your bank',
  },
  checkout: {
    title: 'Finish on the payment page',
    body: (/** @type {string} */ amount) =>
      `There you pay ${amount}, tax included, then you come back here. Until then nothing is charged.`,
    go: 'To the payment page',
  },
  returning: 'We are asking whether it worked.',
  anotherWay: 'Choose another way',
  pix: {
    title: 'Pay with Pix',
    body: (/** @type {string} */ amount) => `Pay ${amount} in your bank’s app. This page notices by itself.`,
    scan: 'Open your bank’s app, choose Pix and scan the code. Or copy the code and paste it there.',
    qr: 'QR code of the Pix payment',
    code: 'Pix code',
    copy: 'Copy the code',
    copied: 'Copied. Now paste it in your bank’s app.',
    notCopied: 'The code is marked: copy it with your device.',
    timeLeft: 'This code ends in',
    lastMinute: 'One minute left for this code.',
    paid: 'I have paid',
    notYet: 'We have not heard from your bank yet. It can take a minute; this page goes on by itself.',
    keep: 'Keep this link',
    keepNote: 'It leads back here until the code ends.',
  },
  lost: {
    title: 'We cannot be reached right now',
    body: 'Your order is safe. The page goes on by itself as soon as it reaches us.',
    paid: 'No answer came to your payment, so we ask what became of it. You will not be charged twice.',
    open: 'No answer came, and your order shows no payment. You may press again: you will not be charged twice.',
    short: 'That did not reach us. Please try again.',
  },
  incomplete: {
    title: 'This link is not complete',
    body: 'Please open it again from the shop, or from the message that it came with. Your order is not affected.',
  },
  denied: {
    title: 'This link has ended',
    body: 'It was valid for a short time only. Your order is not affected.',
  },
  failed: {
    title: 'That did not work',
    body: 'Your order is not affected.',
  },
  over: 'The offers have ended. Nothing more was charged.',
  thanks: {
    title: 'Thank you for your order',
    lead: {
      approved: 'Your payment has arrived.',
      extended: 'Your payment has arrived, and what you added is part of your order.',
      finalized: 'Your payment has arrived. Your order is complete.',
    },
    waiting: 'One payment is still open. This page shows it as soon as it arrives.',
    resume: 'Go on with the payment',
    items: 'What you bought',
    status: { pending: 'Payment open', paid: 'Paid', failed: 'Not paid', expired: 'Not paid', refunded: 'Refunded' },
    notCharged: 'Not charged',
    total: 'Total paid',
    tax: 'Tax included',
    reference: 'Order number',
    back: 'Back to the shop',
  },
};
