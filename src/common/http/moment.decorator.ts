import { applyDecorators } from '@nestjs/common';
import { IsISO8601, Matches } from 'class-validator';

/** A day (its midnight in UTC), or a moment that says its offset: local time would mean something else on each server. */
export const IsMoment = (): PropertyDecorator =>
  applyDecorators(
    IsISO8601({ strict: true, strictSeparator: true }),
    Matches(/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d))?$/, {
      message: '$property must be a day, or a time with its offset, such as 2026-05-01T00:00:00Z',
    }),
  );
