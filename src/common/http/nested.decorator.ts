import { applyDecorators } from '@nestjs/common';
import { Type } from 'class-transformer';
import { ValidateBy, ValidateNested } from 'class-validator';

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * An object with fields of its own; `each`: a list of them. `ValidateNested` alone looks into an array in place of the object,
 * finds nothing to object to in an empty one, and lets it pass.
 */
export const IsNested = (type: () => new () => object, { each = false } = {}): PropertyDecorator =>
  applyDecorators(
    ValidateBy(
      {
        name: 'isNested',
        validator: {
          validate: isObject,
          defaultMessage: () => (each ? 'each value in $property must be an object' : '$property must be an object'),
        },
      },
      { each },
    ),
    ValidateNested({ each }),
    Type(type),
  );
