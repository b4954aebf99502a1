import { ApplicationError, type ErrorCode } from '../common/errors/index.js';

const ABOUT_GROUPS: readonly ErrorCode[] = [
  'group_not_found',
  'group_ambiguous',
  'subscription_not_authorized',
  'subscription_not_found',
];

/** A plan cannot be offered to who manages no group, or several: then it is left out. Whatever else fails is a failure. */
export const isAboutGroups = (error: unknown): boolean =>
  error instanceof ApplicationError && ABOUT_GROUPS.includes(error.code);
