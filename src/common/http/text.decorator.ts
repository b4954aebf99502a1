import { applyDecorators } from '@nestjs/common';
import { IsString, Length, Matches, ValidateIf } from 'class-validator';

/** Text that a person reads: something visible, at most `maximum` characters. */
export const IsText = (maximum: number, options: { each?: boolean } = {}): PropertyDecorator =>
  applyDecorators(
    IsString(options),
    Length(1, maximum, options),
    Matches(/\S/, { ...options, message: '$property must not be blank' }),
  );

/** An id that another system gave: printable, without spaces, at most `maximum` characters. */
export const IsForeignId = (maximum = 255): PropertyDecorator =>
  applyDecorators(
    IsString(),
    Length(1, maximum),
    Matches(/^[\x21-\x7e]+$/, { message: '$property must be printable ASCII without spaces' }),
  );

/** The rules of the field hold when it is given: absent is fine, null is not, which would look like an order to forget it. */
export const IfGiven = (): PropertyDecorator => ValidateIf((_object: unknown, value: unknown) => value !== undefined);
