import { ValidateBy } from 'class-validator';
import { findPriceListProblems, type PriceListProblem } from '../domain/price.js';

const TEXTS: Readonly<Record<PriceListProblem['problem'], string>> = {
  listed_twice: 'the price is listed twice',
  second_of_currency: 'the plan has another price of this provider and currency',
};

/** No price twice, and at most one price per provider and currency. Wrong types are left to the rules of each price. */
export const IsPriceList = (): PropertyDecorator =>
  ValidateBy({
    name: 'isPriceList',
    validator: {
      validate: (value: unknown) => findProblems(value).length === 0,
      defaultMessage: (validation) =>
        findProblems(validation?.value)
          .map(({ position, problem }) => `${validation?.property}.${position}: ${TEXTS[problem]}`)
          .join('; '),
    },
  });

function findProblems(value: unknown): PriceListProblem[] {
  if (!Array.isArray(value)) return [];
  const prices = value.map((item) => Object(item) as Record<string, unknown>);
  if (
    !prices.every((price) => typeof price['provider_price_id'] === 'string' && typeof price['currency'] === 'string')
  ) {
    return [];
  }
  return findPriceListProblems(
    prices.map((price) => ({
      provider: price['provider'] as never,
      providerPriceId: price['provider_price_id'] as string,
      currency: price['currency'] as string,
    })),
  );
}
