import { Child, type ChildOptions } from './child.js';

/** Holds the processes of one start: when one of them ends by itself, or we are told to end, all end, the last started first. */
export class Supervisor {
  private readonly children: Child[] = [];
  private stopping?: Promise<never>;

  private watching = false;
  private readonly farewells: (() => void)[] = [];

  constructor() {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => this.onSignal());
    // The terminal is gone: nobody reads, but everything must still end in order.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  }

  start(options: ChildOptions): Child {
    if (this.stopping) throw new Error('stopping');
    const child = new Child(options);
    this.children.push(child);
    void child.ended.then(() => this.onEnded(child));
    return child;
  }

  /** From now on a process that ends by itself ends the others too; until now it was whoever waited for it who decided. */
  watch(): void {
    this.watching = true;
    for (const child of this.children) if (child.hasEnded) this.onEnded(child);
  }

  atEnd(farewell: () => void): void {
    this.farewells.push(farewell);
  }

  get isStopping(): boolean {
    return this.stopping !== undefined;
  }

  /** Ends everything and then this process. */
  stop(code: number): Promise<never> {
    return (this.stopping ??= this.stopAll(code));
  }

  private async stopAll(code: number): Promise<never> {
    for (const child of this.children.toReversed()) await child.stop();
    for (const farewell of this.farewells) farewell();
    process.exit(code);
  }

  private onSignal(): void {
    if (this.stopping)
      for (const child of this.children) child.kill(); // asked a second time: no more patience
    else void this.stop(0);
  }

  private onEnded(child: Child): void {
    if (this.stopping || !this.watching) return;
    console.error(`The ${child.name} ended: stopping the rest.`);
    void this.stop(1);
  }
}
