import { ValidateBy } from 'class-validator';
import { hasOwner } from '../domain/membership.js';

/** The list of members has at least one with role `owner`. */
export const HasOwner = (): PropertyDecorator =>
  ValidateBy({
    name: 'hasOwner',
    validator: {
      validate: (value: unknown) => Array.isArray(value) && hasOwner(value.map((item) => Object(item))),
      defaultMessage: () => '$property must have at least one owner',
    },
  });
