import { describe, expect, it } from 'vitest';
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
const nothing = (): boolean => false;

describe('computeDestination', () => {
  it('stops at the first step with something to show', () => {
    const steps = [step(0), step(1), step(2)];
    const destination = computeDestination(steps, 0, (_step, offerId) => offerId !== 'offer-0', nothing);
    expect(destination).toEqual({ kind: 'step', step: steps[1], offerIds: ['offer-1'] });
  });

  it('shows of several offers those that can be shown, in their order', () => {
    const steps = [step(0, { offerIds: ['a', 'b', 'c'] })];
    const destination = computeDestination(steps, 0, (_step, offerId) => offerId !== 'b', nothing);
    expect(destination).toMatchObject({ offerIds: ['a', 'c'] });
  });

  it.each([
    ['is owned', ['a'], 'next'],
    ['is owned in part', ['a', 'b'], 'next'],
    ['is not owned, but declined, or cannot be paid', [], 'downsell'],
    ['of another step is owned', ['downsell'], 'downsell'],
  ])('passes a step as one who accepted, or who declined, where what it offers %s', (_what, owned, expected) => {
    const steps = [
      step(0, { offerIds: ['a', 'b'], nextOnAccept: 2, nextOnDecline: 1 }),
      step(1, { offerIds: ['downsell'] }),
      step(2, { offerIds: ['next'] }),
    ];
    const isShowable = (_step: FunnelStep, offerId: string) => !['a', 'b'].includes(offerId);
    const destination = computeDestination(steps, 0, isShowable, (offerId) => owned.includes(offerId));
    expect(destination).toMatchObject({ offerIds: [expected] });
  });

  it('shows what is left of a step of which something is owned', () => {
    const steps = [step(0, { offerIds: ['a', 'b'], nextOnAccept: null })];
    const destination = computeDestination(
      steps,
      0,
      (_step, offerId) => offerId !== 'a',
      (offerId) => offerId === 'a',
    );
    expect(destination).toMatchObject({ offerIds: ['b'] });
  });

  it('leads out at an external step', () => {
    const steps = [step(0), external(1)];
    expect(computeDestination(steps, 1, everything, nothing)).toEqual({
      kind: 'external',
      step: steps[1],
      url: 'https://shop.test/more',
    });
    expect(computeDestination(steps, 0, nothing, nothing).kind).toBe('external');
  });

  it.each([
    ['there is no next step', null, everything],
    ['the next step is not there', 9, everything],
    ['nothing is left to show', 0, nothing],
  ] as const)('ends where %s', (_why, position, isShowable) => {
    expect(computeDestination([step(0), step(1, { nextOnDecline: null })], position, isShowable, nothing)).toEqual({
      kind: 'end',
    });
  });

  it('ends on every graph, also on one that goes in circles', () => {
    const position = fc.option(fc.integer({ min: 0, max: 5 }), { nil: null });
    const graph = fc.array(fc.tuple(position, position), { minLength: 1, maxLength: 6 });
    const judge = fc.func(fc.boolean());
    fc.assert(
      fc.property(graph, position, judge, judge, (nexts, start, isShowable, isOwned) => {
        const steps = nexts.map(([nextOnAccept, nextOnDecline], at) => step(at, { nextOnAccept, nextOnDecline }));
        const destination = computeDestination(steps, start, (_step, offerId) => isShowable(offerId), isOwned);
        const shown = destination.kind === 'step' ? destination.offerIds : [];
        expect(shown.filter((offerId) => !isShowable(offerId))).toEqual([]);
        expect(['step', 'end']).toContain(destination.kind);
      }),
    );
  });
});
