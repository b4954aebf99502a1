/** @import { View } from '../view.types.js' */
import { api } from './api.js';
import { visit } from './visit.js';

const KEY = `uplift.paying.${visit.offer}`;

/**
 * Keeps what is being paid for, over the way to a bank and back, until the session has left that step.
 *
 * @param {View} view the newest state
 * @returns {Promise<string | undefined>} the name of what the session has left the step of, where the order says that it is paid
 */
export async function takePaid({ step, pending }) {
  if (pending) {
    const offer = step?.offers.find(({ offer_uuid: uuid }) => uuid === pending.offer_uuid);
    if (step && offer) visit.storage.write(KEY, JSON.stringify({ step: step.id, name: offer.name }));
    return undefined;
  }
  const kept = JSON.parse(visit.storage.read(KEY) ?? 'null');
  visit.storage.write(KEY, null);
  if (!kept || !step || step.id === kept.step) return undefined;
  const order = await api.readThankYou();
  const isPaid =
    order.ok &&
    order.body.items.some(({ kind, name, status }) => kind === 'upsell' && name === kept.name && status === 'paid');
  return isPaid ? kept.name : undefined;
}
