import { Reflector } from '@nestjs/core';
import type { LimitName } from './limiters.js';

/**
 * For a route that charges (`charges`), or that makes a provider be called otherwise (`provider_calls`): a caller may use all
 * routes of one name together so many times a minute. Guards come first, so it is the proven caller who is counted.
 */
export const Limited = Reflector.createDecorator<Exclude<LimitName, 'failed_credentials'>>();
