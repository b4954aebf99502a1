/** Who a guard has found to be calling. */
export interface Caller {
  /** A customer, by the merchant's id for them; or a server, by the prefix of its API key. */
  readonly kind: 'customer' | 'server';
  readonly id: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the guards, for the limits and the log. */
    caller?: Caller;
  }
}
