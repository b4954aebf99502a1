import { api } from './api.js';
import { visit } from './visit.js';

/*
 * One wish to pay has one key, however often it has to be sent: after a lost connection, after a reload, from a page that
 * came back. The service answers the same key with what became of it the first time.
 */

const KEY = `uplift.intent.${visit.offer}`;
/** Another request of the same press is still at work on the server: its answer is asked for again. */
const IN_FLIGHT = { pauseMilliseconds: 2_000, times: 30 };

/** @returns {string} a random UUID; also where the browser has no `randomUUID`, as on a page without TLS */
function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/**
 * The key of an order that no definite answer has come to yet; a new one for any other order.
 *
 * @param {object} order
 */
export function intentKey(order) {
  const wanted = JSON.stringify(order);
  const open = JSON.parse(visit.storage.read(KEY) ?? 'null');
  if (open?.order === wanted) return /** @type {string} */ (open.key);
  const key = randomId();
  visit.storage.write(KEY, JSON.stringify({ order: wanted, key }));
  return key;
}

/** A definite answer came: the next press is another wish. */
export const forgetIntent = () => visit.storage.write(KEY, null);

/**
 * @param {object} order
 * @param {string} key
 */
export async function payOnce(order, key) {
  let answer = await api.pay(order, key);
  for (
    let times = 0;
    !answer.ok && answer.problem?.code === 'idempotency_in_flight' && times < IN_FLIGHT.times;
    times++
  ) {
    await new Promise((resolve) => setTimeout(resolve, IN_FLIGHT.pauseMilliseconds));
    answer = await api.pay(order, key);
  }
  return answer;
}
