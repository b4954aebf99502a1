import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { checkFunnel, type FunnelContext } from './funnel-check.js';
import { findUnshownOffers, type ShownOffer } from './funnel-check-offers.js';
import { FUNNEL_RULES, type FunnelProblem } from './funnel-problem.js';
import { STEP_KINDS, type DraftStep, type StepKind } from './funnel.js';

const IMAGE = `/media/${'a'.repeat(64)}`;
const TEXT = { headline: 'One more thing', body: null, acceptLabel: null, declineLabel: null };

const shown = (code: string, changes: Partial<ShownOffer> = {}): ShownOffer => ({
  code,
  kind: 'one_time',
  isActive: true,
  allowedMethods: ['card'],
  currencies: ['BRL'],
  isBought: false,
  ...changes,
});

const CATALOGUE: readonly ShownOffer[] = [
  shown('presets'),
  shown('lights'),
  shown('pix', { allowedMethods: ['card', 'pix'] }),
  shown('pix-only', { allowedMethods: ['pix'] }),
  shown('dollars', { currencies: ['USD'] }),
  shown('dollar-pix', { allowedMethods: ['pix'], currencies: ['USD'] }),
  shown('old', { isActive: false }),
  shown('bought', { isBought: true }),
  shown('pro', { kind: 'plan', currencies: ['BRL', 'USD'] }),
  shown('team', { kind: 'plan', currencies: ['BRL'] }),
];

const contextWith = (changes: Partial<FunnelContext> = {}): FunnelContext => ({
  defaultLanguage: 'vi',
  offers: new Map(CATALOGUE.map((offer) => [offer.code, offer])),
  currencies: ['BRL'],
  missingImages: [],
  externalOrigins: ['https://shop.test'],
  ...changes,
});

const step = (changes: Partial<DraftStep> = {}): DraftStep => ({
  kind: 'one_click',
  offerCodes: ['presets'],
  nextOnAccept: null,
  nextOnDecline: null,
  texts: { vi: TEXT },
  image: null,
  countdownSeconds: null,
  externalUrl: null,
  ...changes,
});

const external = (externalUrl: string | null, changes: Partial<DraftStep> = {}): DraftStep =>
  step({ kind: 'external', offerCodes: [], texts: {}, externalUrl, ...changes });

const problemsOf = (steps: readonly DraftStep[], changes?: Partial<FunnelContext>): string[] =>
  checkFunnel({ steps }, contextWith(changes)).map(nameOf);
const nameOf = ({ step: position, rule }: FunnelProblem) => `${position ?? 'funnel'} ${rule}`;

const CASES: readonly (readonly [what: string, steps: DraftStep[], expected: string[], Partial<FunnelContext>?])[] = [
  ['one step', [step()], []],
  ['no step', [], ['funnel steps_required']],
  ['a downsell after a decline', [step({ nextOnDecline: 1 }), step({ offerCodes: ['lights'] })], []],
  ['both ways to one step', [step({ nextOnAccept: 1, nextOnDecline: 1 }), step({ offerCodes: ['lights'] })], []],
  ['nothing is bought at a price', [step()], ['funnel scope_not_sold'], { currencies: [] }],
  ['a next that is not there', [step({ nextOnAccept: 1, nextOnDecline: 7 })], ['0 next_missing', '0 next_missing']],
  ['a step that leads to itself', [step({ nextOnDecline: 0 })], ['0 never_ends']],
  [
    'a way back',
    [step({ nextOnAccept: 1 }), step({ nextOnDecline: 2 }), step({ nextOnAccept: 1 })],
    ['1 never_ends', '2 never_ends'],
  ],
  [
    'a part that is not linked',
    [step(), step({ nextOnAccept: 2 }), step()],
    ['1 step_unreachable', '2 step_unreachable'],
  ],
  ['no headline in the default language', [step({ texts: { en: TEXT } })], ['0 headline_missing']],
  ['a picture', [step({ image: IMAGE })], []],
  ['a picture that is not there', [step({ image: IMAGE })], ['0 image_unknown'], { missingImages: [IMAGE] }],
  ['another page at the end', [step({ nextOnAccept: 1 }), external('https://shop.test/thanks?x=1')], []],
  ['another page at once', [external('https://shop.test')], []],
  ['another page of a stranger', [external('https://evil.test')], ['0 external_url_not_allowed']],
  ['another page, but which', [external(null)], ['0 external_url_not_allowed']],
  ['another page with a password', [external('https://me:secret@shop.test/')], ['0 external_url_not_allowed']],
  ['a script as a page', [external('javascript:alert(1)')], ['0 external_url_not_allowed']],
  ['another origin that begins alike', [external('https://shop.test.evil.test')], ['0 external_url_not_allowed']],
  ['a step after another page', [external('https://shop.test', { nextOnAccept: 1 }), step()], ['0 external_not_final']],
  ['a page of a step that sells', [step({ externalUrl: 'https://shop.test' })], ['0 external_url_unexpected']],
  ['an external step that sells', [external('https://shop.test', { offerCodes: ['presets'] })], ['0 offer_count']],
  ['an unknown offer', [step({ offerCodes: ['nothing'] })], ['0 offer_unknown']],
  ['an inactive offer', [step({ offerCodes: ['old'] })], ['0 offer_inactive']],
  ['what was just bought', [step({ offerCodes: ['bought'] })], ['0 offer_bought']],
  ['the same offer twice', [step({ kind: 'multi_offer', offerCodes: ['presets', 'presets'] })], ['0 offer_repeated']],
  ['another currency', [step({ offerCodes: ['dollars'] })], ['0 offer_not_payable']],
  ['sold in two currencies, offered in one', [step()], ['0 currency_not_covered'], { currencies: ['BRL', 'USD'] }],
  [
    'sold in two currencies, offered in both together',
    [step({ kind: 'multi_offer', offerCodes: ['presets', 'dollars'] })],
    [],
    { currencies: ['BRL', 'USD'] },
  ],
  ['one click without a card', [step({ offerCodes: ['pix-only'] })], ['0 card_missing']],
  ['Pix or card', [step({ kind: 'pix_or_card', offerCodes: ['pix'] })], []],
  ['Pix or card without Pix', [step({ kind: 'pix_or_card' })], ['0 pix_missing']],
  [
    'Pix in dollars',
    [step({ kind: 'pix_or_card', offerCodes: ['dollar-pix'] })],
    ['0 pix_missing'],
    { currencies: ['USD'] },
  ],
];

describe('checkFunnel', () => {
  test.each(CASES.map(([what, ...given]) => [what, given] as const))('%s', (_what, [steps, expected, changes]) => {
    expect(problemsOf(steps, changes)).toEqual(expected);
  });

  test('every rule has a case', () => {
    const kinds = ['1 offer_kind']; // below
    const seen = [...CASES.flatMap(([, , expected]) => expected), ...kinds].map((name) => name.split(' ')[1]);
    expect(new Set(seen)).toEqual(new Set(FUNNEL_RULES));
  });

  test.each<[StepKind, string[], string[]]>([
    ['one_click', ['presets'], []],
    ['one_click', [], ['offer_count']],
    ['one_click', ['presets', 'lights'], ['offer_count']],
    ['one_click', ['pro'], ['offer_kind']],
    ['pix_or_card', ['pro'], ['offer_kind', 'pix_missing']],
    ['multi_offer', ['presets', 'pro'], []],
    ['multi_offer', ['presets'], ['offer_count']],
    ['with_plans', ['pro', 'team'], []],
    ['with_plans', ['pro'], ['offer_count']],
    ['with_plans', ['pro', 'presets'], ['offer_kind']],
    ['plan_upgrade', ['pro'], []],
    ['plan_upgrade', ['presets'], ['offer_kind']],
    ['plan_upgrade', ['pro', 'team'], ['offer_count']],
  ])('a step %s with %j', (kind, offerCodes, expected) => {
    expect(problemsOf([step({ kind, offerCodes })])).toEqual(expected.map((rule) => `0 ${rule}`));
  });

  test('a step shows six offers at most', () => {
    const codes = ['presets', 'lights', 'pix', 'pix-only', 'pro', 'team'];
    expect(problemsOf([step({ kind: 'multi_offer', offerCodes: codes })])).toEqual([]);
    const more = new Map([...contextWith().offers, ['more', shown('more')]]);
    const seven = [step({ kind: 'multi_offer', offerCodes: [...codes, 'more'] })];
    expect(problemsOf(seven, { offers: more })).toEqual(['0 offer_count']);
  });

  test('says which language a missing headline is missing in, and why that one', () => {
    const [problem] = checkFunnel({ steps: [step({ texts: {} })] }, contextWith());
    expect(problem?.message).toBe('There is no headline in vi, the default language (DEFAULT_LANGUAGE).');
  });

  test('says everything at once, step by step', () => {
    const steps = [
      step({ offerCodes: ['nothing'], nextOnAccept: 9 }),
      step({ kind: 'pix_or_card', offerCodes: ['old'], texts: {} }),
    ];
    expect(problemsOf(steps)).toEqual([
      '0 next_missing',
      '0 offer_unknown',
      '1 headline_missing',
      '1 offer_inactive',
      '1 pix_missing',
      '1 step_unreachable',
    ]);
  });
});

describe('whatever is drafted', () => {
  const next = fc.option(fc.integer({ min: -1, max: 8 }), { freq: 2 });
  const anyStep = fc.record({
    kind: fc.constantFrom(...STEP_KINDS),
    offerCodes: fc.array(fc.constantFrom(...CATALOGUE.map(({ code }) => code), 'nothing'), { maxLength: 3 }),
    nextOnAccept: next,
    nextOnDecline: next,
    texts: fc.constantFrom({ vi: TEXT }, { en: TEXT }),
    image: fc.constant(null),
    countdownSeconds: fc.constant(null),
    externalUrl: fc.constantFrom(null, 'https://shop.test/', 'https://evil.test/'),
  });
  /** Steps that lead forward, so that many drafts pass; with `shift` 1 some lead to themselves. */
  const likelyStep = (position: number, length: number, shift: number) => {
    const least = position + 1 - shift;
    const onward =
      least < length ? fc.option(fc.integer({ min: least, max: length - 1 }), { freq: 4 }) : fc.constant(null);
    return fc.record({ accept: onward, decline: onward });
  };
  const likelyDraft = fc
    .tuple(fc.integer({ min: 1, max: 6 }), fc.constantFrom(0, 0, 0, 1))
    .chain(([length, shift]) =>
      fc
        .tuple(...Array.from({ length }, (_item, position) => likelyStep(position, length, shift)))
        .map((nexts) => nexts.map(({ accept, decline }) => step({ nextOnAccept: accept, nextOnDecline: decline }))),
    );
  const anyDraft = fc.oneof(fc.array(anyStep, { maxLength: 6 }), likelyDraft);

  /** How many steps the longest way takes, or why there is no such way. A skipped step goes on as a declined one. */
  const walk = (steps: readonly DraftStep[], position: number, decisions: number, seen: Set<number>): number => {
    seen.add(position);
    const here = steps[position];
    if (!here) throw new Error(`leads to ${position}, which does not exist`);
    if (decisions > steps.length) throw new Error('does not end');
    const ways = [here.nextOnAccept, here.nextOnDecline].filter((way) => way !== null);
    return Math.max(decisions, ...ways.map((way) => walk(steps, way, decisions + 1, seen)));
  };

  test('what passes ends within as many decisions as it has steps, stays inside, and shows every step', () => {
    const passed = { count: 0 };
    fc.assert(
      fc.property(anyDraft, (steps) => {
        if (problemsOf(steps).length > 0) return;
        passed.count++;
        const seen = new Set<number>();
        expect(walk(steps, 0, 1, seen)).toBeLessThanOrEqual(steps.length);
        expect(seen.size).toBe(steps.length);
      }),
      { numRuns: 2_000 },
    );
    expect(passed.count).toBeGreaterThan(100); // otherwise nothing was tested
  });

  test('what does not end, leads outside or hides a step is refused', () => {
    fc.assert(
      fc.property(anyDraft, (steps) => {
        fc.pre(steps.length > 0);
        const seen = new Set<number>();
        const isSound = () => walk(steps, 0, 1, seen) <= steps.length && seen.size === steps.length;
        const graphRules = ['next_missing', 'never_ends', 'step_unreachable'];
        const found = problemsOf(steps).filter((name) => graphRules.some((rule) => name.endsWith(rule)));
        expect(found.length === 0).toBe(holds(isSound));
      }),
      { numRuns: 2_000 },
    );
  });

  const holds = (isSound: () => boolean): boolean => {
    try {
      return isSound();
    } catch {
      return false;
    }
  };

  test('every problem names a step that there is, and a rule', () => {
    fc.assert(
      fc.property(anyDraft, (steps) => {
        for (const { step: position, rule } of checkFunnel({ steps }, contextWith())) {
          expect(position === null || position < steps.length).toBe(true);
          expect(FUNNEL_RULES).toContain(rule);
        }
      }),
    );
  });
});

test('findUnshownOffers: what was published and cannot be shown now', () => {
  const steps = [{ offerCodes: ['presets', 'old'] }, { offerCodes: ['dollars'] }, { offerCodes: [] }];
  expect(findUnshownOffers(steps, contextWith())).toEqual([
    { step: 0, offerCode: 'old', reason: 'inactive' },
    { step: 1, offerCode: 'dollars', reason: 'not_payable' },
  ]);
});
