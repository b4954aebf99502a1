import { type Rule } from './parameters.js';
import { invalidRequest } from './stripe-error.js';

/** Refuses `payment_method_types`, gone since 2026-09-30.endive: https://docs.stripe.com/changelog/endive */
export const withoutOldMethodTypes = <Value>(rule: Rule<Value>): Rule<Value> => ({
  read: (raw, path) => {
    if (typeof raw !== 'string' && raw.payment_method_types !== undefined)
      throw invalidRequest(
        'The `payment_method_types` parameter is no longer supported. Use `allowed_payment_method_types` instead.',
        'payment_method_types',
        'payment_method_types_no_longer_supported',
      ).notRemembered();
    return rule.read(raw, path);
  },
});
