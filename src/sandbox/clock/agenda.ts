export interface DueWork {
  readonly at: number;
  readonly kind: string;
  readonly subject: string;
}

interface Entry extends DueWork {
  readonly sequence: number;
}

const keyOf = (kind: string, subject: string): string => `${kind} ${subject}`;
const isBefore = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.sequence < b.sequence);

/**
 * What has to happen at which virtual time. Work is data (`kind` + `subject`), never a closure, so that it survives in
 * the state file. One entry per kind and subject: scheduling again moves it.
 */
export class Agenda {
  private readonly handlers = new Map<string, (subject: string) => void>();
  private readonly current = new Map<string, Entry>();
  private heap: Entry[] = [];
  private sequence = 0;

  on(kind: string, handler: (subject: string) => void): void {
    this.handlers.set(kind, handler);
  }

  /** `at` in milliseconds. */
  schedule(kind: string, subject: string, at: number): void {
    const entry: Entry = { kind, subject, at, sequence: ++this.sequence };
    this.current.set(keyOf(kind, subject), entry);
    this.push(entry);
  }

  cancel(kind: string, subject: string): void {
    this.current.delete(keyOf(kind, subject));
  }

  next(): DueWork | undefined {
    while (this.heap[0] && this.current.get(keyOf(this.heap[0].kind, this.heap[0].subject)) !== this.heap[0])
      this.pop();
    return this.heap[0];
  }

  /** Removes the work before it runs: work that fails must not run for ever. */
  run(work: DueWork): void {
    this.cancel(work.kind, work.subject);
    const handler = this.handlers.get(work.kind);
    if (!handler) throw new Error(`The sandbox has no handler for due work of kind ${work.kind}`);
    handler(work.subject);
  }

  toSetting(): DueWork[] {
    return [...this.current.values()]
      .toSorted((a, b) => (isBefore(a, b) ? -1 : 1))
      .map(({ at, kind, subject }) => ({ at, kind, subject }));
  }

  restore(work: readonly DueWork[]): void {
    this.clear();
    for (const { kind, subject, at } of work) this.schedule(kind, subject, at);
  }

  clear(): void {
    this.current.clear();
    this.heap = [];
  }

  private push(entry: Entry): void {
    let index = this.heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(entry, this.heap[parent]!)) break;
      this.heap[index] = this.heap[parent]!;
      index = parent;
    }
    this.heap[index] = entry;
  }

  private pop(): void {
    const last = this.heap.pop()!;
    if (this.heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= this.heap.length) break;
      if (child + 1 < this.heap.length && isBefore(this.heap[child + 1]!, this.heap[child]!)) child += 1;
      if (!isBefore(this.heap[child]!, last)) break;
      this.heap[index] = this.heap[child]!;
      index = child;
    }
    this.heap[index] = last;
  }
}
