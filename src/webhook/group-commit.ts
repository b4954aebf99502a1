/** More waits than may: the caller is told to come back. */
export class GroupCommitFullError extends Error {
  override readonly name = 'GroupCommitFullError';
}

export interface GroupCommitOptions<Item> {
  /** Writes all of the items or none, and resolves when they are durable. */
  readonly commit: (items: readonly Item[]) => Promise<unknown>;
  /** Whether a failed commit of several may be the fault of one of them; then each is tried alone. */
  readonly mayBlameOne: (error: unknown) => boolean;
  readonly sizeOf: (item: Item) => number;
  /** Of one commit. */
  readonly mostItems: number;
  readonly mostBytes: number;
  /** Of everything that waits for a commit. */
  readonly mostWaitingItems: number;
  readonly mostWaitingBytes: number;
  readonly parallel: number;
}

interface Entry<Item> {
  readonly item: Item;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Commits what arrives together in one transaction. What arrives in one turn of the event loop while nothing is being
 * committed is committed at the end of that turn; what arrives meanwhile goes together in the next. So it adds no wait
 * when idle, and the busier it gets the less each costs.
 */
export class GroupCommit<Item> {
  private waiting: Entry<Item>[] = [];
  private waitingBytes = 0;
  private committing = 0;
  private isScheduled = false;

  constructor(private readonly options: GroupCommitOptions<Item>) {}

  /**
   * Resolves after the commit that holds the item.
   *
   * @throws GroupCommitFullError at once when too much waits; otherwise the error of the item's own commit
   */
  add(item: Item): Promise<void> {
    const { mostWaitingItems, mostWaitingBytes, sizeOf } = this.options;
    const size = sizeOf(item);
    const isFull = this.waiting.length >= mostWaitingItems || this.waitingBytes + size > mostWaitingBytes;
    if (isFull && this.waiting.length > 0) return Promise.reject(new GroupCommitFullError('too many items wait'));
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.waitingBytes += size;
      this.commitSoon();
    });
  }

  /** After the requests that have arrived already: in this very turn of the event loop, so nobody waits for it. */
  private commitSoon(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(() => {
      this.isScheduled = false;
      this.commitWaiting();
    });
  }

  private commitWaiting(): void {
    while (this.committing < this.options.parallel && this.waiting.length > 0) {
      this.committing += 1;
      void this.commitEntries(this.takeGroup()).finally(() => {
        this.committing -= 1;
        this.commitSoon();
      });
    }
  }

  private takeGroup(): Entry<Item>[] {
    const { mostItems, mostBytes, sizeOf } = this.options;
    let bytes = 0;
    let count = 0;
    for (const { item } of this.waiting) {
      bytes += sizeOf(item);
      if (count === mostItems || (count > 0 && bytes > mostBytes)) break;
      count += 1;
    }
    const group = this.waiting.slice(0, count);
    this.waiting = this.waiting.slice(count);
    this.waitingBytes -= group.reduce((sum, { item }) => sum + sizeOf(item), 0);
    return group;
  }

  /** Never rejects: every entry is told its own end. */
  private async commitEntries(entries: readonly Entry<Item>[]): Promise<void> {
    try {
      await this.options.commit(entries.map(({ item }) => item));
      for (const { resolve } of entries) resolve();
    } catch (error) {
      if (entries.length > 1 && this.options.mayBlameOne(error)) {
        for (const entry of entries) await this.commitEntries([entry]);
      } else for (const { reject } of entries) reject(error);
    }
  }
}
