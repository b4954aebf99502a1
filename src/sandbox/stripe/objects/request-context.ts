import { Injectable } from '@nestjs/common';

interface CurrentRequest {
  readonly id: string;
  readonly idempotency_key: string | null;
}

/**
 * Which API call is running. Handlers are synchronous, so one slot is enough; work of the clock and of the hosted pages
 * runs outside of any call and its events carry null.
 */
@Injectable()
export class RequestContext {
  private current: CurrentRequest | undefined;

  run<Result>(request: CurrentRequest, work: () => Result): Result {
    this.current = request;
    try {
      return work();
    } finally {
      this.current = undefined;
    }
  }

  forEvent(): { id: string | null; idempotency_key: string | null } {
    return this.current ? { ...this.current } : { id: null, idempotency_key: null };
  }

  idempotencyKey(): string | null {
    return this.current?.idempotency_key ?? null;
  }
}
