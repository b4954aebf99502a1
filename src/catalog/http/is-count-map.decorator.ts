import { ValidateBy } from 'class-validator';

const KEY = /^[a-z0-9][a-z0-9_-]{0,62}$/;
const MOST_KEYS = 100;

/** `{ "seats": 5 }`: whole numbers from 0 by lower-case names, or null where `nullable`. */
export const IsCountMap = ({ nullable }: { nullable: boolean }): PropertyDecorator =>
  ValidateBy({
    name: 'isCountMap',
    validator: {
      validate: (value: unknown) => isCountMap(value, nullable),
      defaultMessage: () =>
        `$property must be an object of up to ${MOST_KEYS} lower-case names, each with a whole number from 0` +
        (nullable ? ' or null' : ''),
    },
  });

function isCountMap(value: unknown, nullable: boolean): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value as Record<string, unknown>);
  return entries.length <= MOST_KEYS && entries.every(([key, count]) => KEY.test(key) && isCount(count, nullable));
}

const isCount = (value: unknown, nullable: boolean): boolean =>
  (value === null && nullable) || (Number.isSafeInteger(value) && (value as number) >= 0);
