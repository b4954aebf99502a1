import type { Check, Evidence, Violation } from './evidence.types.js';
import {
  attemptsAreTrue,
  chargedOnce,
  chargedWherePromised,
  entitledIfPaid,
  itemsAreTrue,
  moneyIsKnown,
} from './money.js';
import { eventsAreSettled, invariantsHold, nothingInDoubt, nothingUnhandled, subscriptionsAreTrue } from './state.js';

export const CHECKS: Readonly<Record<string, Check>> = {
  'charged once': chargedOnce,
  'charged where promised': chargedWherePromised,
  'items are true': itemsAreTrue,
  'attempts are true': attemptsAreTrue,
  'money is known': moneyIsKnown,
  'entitled if paid': entitledIfPaid,
  'events are settled': eventsAreSettled,
  'nothing in doubt': nothingInDoubt,
  'subscriptions are true': subscriptionsAreTrue,
  'invariants hold': invariantsHold,
  'nothing unhandled': nothingUnhandled,
};

export const findViolations = (evidence: Evidence): Violation[] =>
  Object.entries(CHECKS).flatMap(([check, find]) => find(evidence).map((text) => ({ check, text })));
