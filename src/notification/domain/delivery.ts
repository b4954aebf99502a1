export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** What came of sending a message once. */
export type Answer =
  | { readonly kind: 'answered'; readonly status: number; readonly excerpt: string }
  | { readonly kind: 'unreachable'; readonly problem: string }
  /** This process is stopping: nothing is known of the receiver. */
  | { readonly kind: 'interrupted' };

export type Verdict =
  | { readonly outcome: 'delivered'; readonly responseStatus: number }
  | {
      readonly outcome: 'retried';
      readonly delaySeconds: number;
      readonly responseStatus: number | null;
      readonly error: string;
    }
  | {
      readonly outcome: 'failed';
      readonly responseStatus: number | null;
      readonly error: string;
      /** The endpoint said that it is gone: nothing is sent to it any more. */
      readonly isGone: boolean;
    };

/** Seconds until the next try after the first, second, ... one: about three days and a half in all (Standard Webhooks). */
const DELAYS_SECONDS: readonly number[] = [
  5,
  5 * 60,
  30 * 60,
  2 * 3_600,
  5 * 3_600,
  10 * 3_600,
  14 * 3_600,
  20 * 3_600,
  24 * 3_600,
];
/** Share of the delay that is random, so that what failed together does not come back together. */
const JITTER = 0.2;
const GONE = 410;

/**
 * Seconds until the next try, give or take a tenth; undefined after the last.
 *
 * @param tries since the message was put out or replayed, the one just made included
 * @param random from 0 (included) to 1
 */
export function computeRetryDelay(tries: number, random: number): number | undefined {
  const delay = DELAYS_SECONDS[tries - 1];
  return delay === undefined ? undefined : delay * (1 - JITTER / 2 + JITTER * random);
}

/** @param tries as in `computeRetryDelay` */
export function judgeAnswer(answer: Answer, tries: number, random: number): Verdict {
  switch (answer.kind) {
    case 'interrupted':
      // The receiver is not to blame: at once by whoever comes next, also after the last try.
      return {
        outcome: 'retried',
        delaySeconds: 0,
        responseStatus: null,
        error: 'Cut off: this service was stopping.',
      };
    case 'unreachable':
      return retryOrFail({ responseStatus: null, error: answer.problem }, tries, random);
    case 'answered': {
      const { status } = answer;
      if (status >= 200 && status < 300) return { outcome: 'delivered', responseStatus: status };
      const error = describe(status, answer.excerpt);
      if (status === GONE) return { outcome: 'failed', responseStatus: status, error, isGone: true };
      return retryOrFail({ responseStatus: status, error }, tries, random);
    }
    default:
      return answer satisfies never;
  }
}

function retryOrFail(
  failure: { readonly responseStatus: number | null; readonly error: string },
  tries: number,
  random: number,
): Verdict {
  const delaySeconds = computeRetryDelay(tries, random);
  if (delaySeconds === undefined) return { outcome: 'failed', ...failure, isGone: false };
  return { outcome: 'retried', delaySeconds, ...failure };
}

function describe(status: number, excerpt: string): string {
  if (status === GONE) return 'The endpoint answered 410 Gone: it was deactivated.';
  if (status >= 300 && status < 400) return `The endpoint answered ${status}: redirects are not followed.`;
  return excerpt === '' ? `The endpoint answered ${status}.` : `The endpoint answered ${status}: ${excerpt}`;
}
