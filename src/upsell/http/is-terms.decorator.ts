import { Matches } from 'class-validator';

/** A digest of what a customer was shown (`digestOf`). */
export const IsTerms = (): PropertyDecorator =>
  Matches(/^[0-9a-f]{64}$/, { message: 'terms must be those of the offer that was shown' });
