import { SignJWT } from 'jose';
import { callerOf, type Answer } from '../../support/http.js';
import type { Act } from '../plan/plan.types.js';
import type { World } from '../world/world.js';

/** One call of the service, as a customer's browser or the merchant's server makes it. */
export interface Wish {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  /** Whose it is: a customer (by id), the page of a session (by its token), or the merchant's server. */
  readonly by: { readonly customer: string } | { readonly token: string } | 'merchant';
  /** Whether an Idempotency-Key means anything there; `needed`: it is refused without one. */
  readonly key?: 'possible' | 'needed';
}

/** What a customer was told, or that nobody answered. */
export interface Told {
  readonly wish: Wish;
  readonly replica: number;
  readonly answer: Answer | undefined;
}

const TRIES = 6;
/** A network's silence, or an answer that says: not now. */
const isInVain = (answer: Answer | undefined): boolean => answer === undefined || answer.status >= 500;

/**
 * People's way to the service. Whoever gets no answer, or is told that it does not work now, tries again at the other replica,
 * and under the same key if there was one.
 */
export class Client {
  readonly told: Told[] = [];
  private keys = 0;
  /** Requests that nobody has answered yet. */
  private readonly open = new Set<Promise<unknown>>();

  constructor(
    private readonly world: World,
    private readonly name: string,
  ) {}

  /** Without faults of its own: looks at something until it sees it. */
  async ask(wish: Wish, replica: number): Promise<Answer> {
    const answer = await this.insist(wish, replica);
    if (!answer) throw new Error(`${wish.method} ${wish.path} was never answered`);
    return answer;
  }

  /** @returns the answer that each click ended with; undefined where none ever came */
  async press(wish: Wish, { clicks, withKey, replica }: Pick<Act, 'clicks' | 'withKey' | 'replica'>) {
    await this.world.trouble.beforeClick();
    const isKeyed = wish.key === 'needed' || (wish.key === 'possible' && (withKey || clicks === 'twice with one key'));
    const keyOf = (): string | undefined => (isKeyed ? `${this.name}-${++this.keys}` : undefined);
    const first = keyOf();
    const clicking = [this.insist(wish, replica, first)];
    if (clicks !== 'once') {
      const isOneWish = clicks === 'twice with one key' || wish.key === 'needed';
      clicking.push(this.insist(wish, 1 - replica, isOneWish ? first : keyOf()));
    }
    return this.world.trouble.attend(Promise.all(clicking));
  }

  private async insist(wish: Wish, replica: number, key?: string): Promise<Answer | undefined> {
    let answer: Answer | undefined;
    for (let tries = 0; tries < TRIES; tries++) {
      const asked = (replica + tries) % 2;
      const sending = this.send(wish, asked, key);
      this.open.add(sending);
      answer = await sending;
      this.open.delete(sending);
      this.told.push({ wish, replica: asked, answer });
      const isLockedByOurselves = answer?.status === 409 && answer.body?.code === 'idempotency_key_in_use';
      if (!isInVain(answer) && !isLockedByOurselves) return answer;
      // The key is the other click's, which is being answered; or that of a process that died over it.
      if (isLockedByOurselves && this.open.size > 0) await Promise.race(this.open);
      else await this.world.recover(isLockedByOurselves);
    }
    return answer;
  }

  private async send(wish: Wish, replica: number, key?: string): Promise<Answer | undefined> {
    const { by, method, path, body } = wish;
    const options = {
      body,
      ...(by === 'merchant' ? { apiKey: this.world.config.auth.adminApiKey } : { token: await this.tokenOf(by) }),
      headers: { 'accept-language': 'en', connection: 'close', ...(key ? { 'idempotency-key': key } : {}) },
    };
    return callerOf(this.world.urls[replica] ?? '')(method, path, options).catch(() => undefined);
  }

  private tokenOf(by: Exclude<Wish['by'], 'merchant'>): Promise<string> | string {
    if ('token' in by) return by.token;
    const { jwtAudience, jwtSecret } = this.world.config.auth;
    const now = Math.floor(this.world.now().getTime() / 1_000);
    return new SignJWT({})
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setSubject(by.customer)
      .setAudience(jwtAudience)
      .setIssuedAt(now)
      .setExpirationTime(now + 3_600)
      .sign(new TextEncoder().encode(jwtSecret));
  }
}
