/** @import { Answer, Lost, Problem, Quote, ThankYou, View } from '../view.types.js' */
import { visit } from './visit.js';

/** The service ends a request after 15 s itself; what has not answered by now does not answer. */
const TIMEOUT_MILLISECONDS = 25_000;
/** @type {Lost} */
const LOST = { ok: false, problem: null };

/**
 * @template Body
 * @param {string} method
 * @param {string} path
 * @param {object} [body]
 * @param {Record<string, string>} [headers]
 * @returns {Promise<Answer<Body>>} never rejects
 */
async function call(method, path, body, headers) {
  try {
    const response = await fetch(path, {
      method,
      cache: 'no-store',
      credentials: 'omit',
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${visit.token}`,
        'accept-language': navigator.languages.join(','),
        ...(body ? { 'content-type': 'application/json' } : {}),
        ...headers,
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    const answer = text === '' ? undefined : JSON.parse(text);
    if (response.ok) return { ok: true, status: response.status, body: answer };
    return isProblem(answer) ? { ok: false, problem: answer } : LOST;
  } catch {
    return LOST; // no connection, no answer in time, or something in between that answered for the service
  }
}

/** @returns {answer is Problem} */
const isProblem = (/** @type {any} */ answer) => typeof answer?.code === 'string' && typeof answer.message === 'string';

const path = `/upsell-native/${encodeURIComponent(visit.offer)}`;

export const api = {
  /** @returns {Promise<Answer<View>>} */
  readView: () => call('GET', path),

  /** @returns {Promise<Answer<ThankYou>>} */
  readThankYou: () => call('GET', `/thank-you/${encodeURIComponent(visit.offer)}`),

  /**
   * @param {string} step
   * @returns {Promise<Answer<undefined>>}
   */
  sawStep: (step) => call('POST', `${path}/impression`, { step }),

  /**
   * @param {string} step
   * @param {string} offer
   * @returns {Promise<Answer<Quote>>}
   */
  quote: (step, offer) => call('POST', `${path}/quote`, { step, offer_uuid: offer }),

  /**
   * @param {object} order
   * @param {string} key of this one wish to pay, however often it has to be sent
   * @returns {Promise<Answer<View>>}
   */
  pay: (order, key) => call('POST', `${path}/payment`, order, { 'idempotency-key': key }),

  /**
   * @param {string} step
   * @returns {Promise<Answer<View>>}
   */
  decline: (step) => call('POST', `${path}/decline`, { step }),

  /**
   * @param {string} step
   * @returns {Promise<Answer<View>>}
   */
  cancelPayment: (step) => call('POST', `${path}/cancel-payment`, { step }),
};
