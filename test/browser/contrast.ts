import type { Page } from 'playwright-core';

// oxlint-disable unicorn/consistent-function-scoping -- what runs in the page must bring everything with it
/** Texts whose contrast to what lies behind them is below WCAG 2.2's 4.5 : 1 (3 : 1 for large ones). */
export const findFaintTexts = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => {
    const parse = (colour: string): number[] => (colour.match(/[\d.]+/g) ?? []).map(Number);
    const luminance = ([red = 0, green = 0, blue = 0]: number[]): number => {
      const linear = [red, green, blue].map((part) =>
        part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
      );
      return 0.2126 * (linear[0] ?? 0) + 0.7152 * (linear[1] ?? 0) + 0.0722 * (linear[2] ?? 0);
    };
    const backgroundOf = (element: Element | null): number[] => {
      if (!element) return [255, 255, 255];
      const colour = parse(getComputedStyle(element).backgroundColor);
      return colour.length === 4 && colour[3] === 0 ? backgroundOf(element.parentElement) : colour;
    };
    return [...document.querySelectorAll('body *')].flatMap((element) => {
      const text = [...element.childNodes]
        .filter((node) => node.nodeType === Node.TEXT_NODE)
        .map((node) => node.textContent?.trim() ?? '')
        .join('');
      if (text === '' || element.getClientRects().length === 0) return [];
      const style = getComputedStyle(element);
      const [one, other] = [luminance(parse(style.color)), luminance(backgroundOf(element))];
      const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
      const size = Number.parseFloat(style.fontSize);
      const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      return ratio < (isLarge ? 3 : 4.5) ? [`${ratio.toFixed(2)}: ${text}`] : [];
    });
  });
// oxlint-enable unicorn/consistent-function-scoping
