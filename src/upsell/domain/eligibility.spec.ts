import { describe, expect, it } from 'vitest';
import { chooseWish, findSavedCard } from './eligibility.js';
import type { MethodView } from './view.js';

const CARD: MethodView = { kind: 'saved_card', card_id: 'pm_1', brand: 'visa', last4: '4242' };
const PAGE: MethodView = { kind: 'new_card' };
const PIX: MethodView = { kind: 'pix' };

describe('how a yes that names no method is paid', () => {
  it.each([
    [
      'by the first saved card',
      [CARD, { ...CARD, card_id: 'pm_2' }, PAGE],
      false,
      { kind: 'saved_card', cardId: 'pm_1' },
    ],
    ['on the page, without one', [PIX, PAGE], false, { kind: 'new_card' }],
    ['on the page, after it has failed', [CARD, PAGE], true, { kind: 'new_card' }],
    ['not at all after the only way has failed', [CARD], true, undefined],
    ['not at all where cards are not taken', [PIX], false, undefined],
  ] as const)('%s', (_how, methods, hasFailed, expected) => {
    expect(chooseWish(methods, hasFailed)).toEqual(expected);
  });

  it('shows which card that would be', () => {
    expect(findSavedCard([PIX, CARD])).toBe('pm_1');
    expect(findSavedCard([PAGE])).toBeUndefined();
  });
});
