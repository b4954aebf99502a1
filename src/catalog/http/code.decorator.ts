import { Transform } from 'class-transformer';
import { Matches } from 'class-validator';

/** Lower case, so that two codes never differ only by case. */
export const IsCode = (options: { each?: boolean } = {}): PropertyDecorator =>
  Matches(/^[a-z0-9][a-z0-9_-]{0,62}$/, options);

/** ISO 4217 codes are taken in any case and kept in upper case. */
export const ToUpperCase = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toUpperCase() : value));
