import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { computeDestination } from './advance.js';
import type { FunnelStep } from './funnel.js';

const step = (position: number, changes: Partial<FunnelStep> = {}): FunnelStep => ({
  uuid: `step-${position}`,
  position,
  kind: 'one_click',
  offerIds: [`offer-${position}`],
  nextOnAccept: null,
  nextOnDecline: position + 1,
  texts: {},
  image: null,
  countdownSeconds: null,
  externalUrl: null,
  ...changes,
});
const external = (position: number) =>
  step(position, { kind: 'external', offerIds: [], externalUrl: 'https://shop.test/more', nextOnDecline: null });
const everything = (_step: FunnelStep, _offerId: string): boolean => true;

describe('computeDestination', () => {
  it('stops at the first step with something to show', () => {
    const steps = [step(0), step(1), step(2)];
    const destination = computeDestination(steps, 0, (_step, offerId) => offerId !== 'offer-0');
    expect(destination).toEqual({ kind: 'step', step: steps[1], offerIds: ['offer-1'] });
  });

  it('shows of several offers those that can be shown, in their order', () => {
    const steps = [step(0, { offerIds: ['a', 'b', 'c'] })];
    const destination = computeDestination(steps, 0, (_step, offerId) => offerId !== 'b');
    expect(destination).toMatchObject({ offerIds: ['a', 'c'] });
  });

  it('leads out at an external step', () => {
    const steps = [step(0), external(1)];
    expect(computeDestination(steps, 1, everything)).toEqual({
      kind: 'external',
      step: steps[1],
      url: 'https://shop.test/more',
    });
    expect(computeDestination(steps, 0, () => false).kind).toBe('external');
  });

  it.each([
    ['there is no next step', null, everything],
    ['the next step is not there', 9, everything],
    ['nothing is left to show', 0, () => false],
  ] as const)('ends where %s', (_why, position, isShowable) => {
    expect(computeDestination([step(0), step(1, { nextOnDecline: null })], position, isShowable)).toEqual({
      kind: 'end',
    });
  });

  it('ends on every graph, also on one that goes in circles', () => {
    const position = fc.option(fc.integer({ min: 0, max: 5 }), { nil: null });
    const graph = fc.array(position, { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(graph, position, fc.func(fc.boolean()), (nexts, start, isShowable) => {
        const steps = nexts.map((nextOnDecline, at) => step(at, { nextOnDecline }));
        const destination = computeDestination(steps, start, (_step, offerId) => isShowable(offerId));
        const shown = destination.kind === 'step' ? destination.offerIds : [];
        expect(shown.filter((offerId) => !isShowable(offerId))).toEqual([]);
        expect(['step', 'end']).toContain(destination.kind);
      }),
    );
  });
});
