export interface UrlRules {
  /** Addresses of private networks, and http without encryption. */
  readonly allowPrivate: boolean;
}

const LONGEST = 2_000;

/**
 * Why messages are not sent to an address; undefined when they are. Where its host leads is looked at when it is connected
 * to, each time: a name can lead elsewhere tomorrow.
 */
export function findUrlProblem(text: string, rules: UrlRules): string | undefined {
  if (text.length > LONGEST) return `url must have at most ${LONGEST} characters`;
  if (!URL.canParse(text)) return 'url must be an absolute URL';
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'url must be https';
  if (url.protocol === 'http:' && !rules.allowPrivate) return 'url must be https';
  if (url.username !== '' || url.password !== '') return 'url must not carry credentials: messages are signed';
  return url.hash === '' ? undefined : 'url must not have a fragment';
}
