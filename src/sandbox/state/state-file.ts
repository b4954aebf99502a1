import { readFileSync, renameSync, writeFileSync } from 'node:fs';

const VERSION = 3;
const SETTLE_MILLISECONDS = 150;

/**
 * Keeps the sandbox's memory in one JSON file: read at start, written shortly after a change and at stop. The write goes
 * to a second file that is renamed over the first, so that a crash leaves the old state or the new one, never half.
 */
export class StateFile {
  private timer: NodeJS.Timeout | undefined;
  private snapshot: (() => object) | undefined;

  constructor(private readonly path: string | undefined) {}

  /** The saved state, or nothing when there is no file yet. An unreadable file stops the start: silence would lose money. */
  load(): unknown {
    if (!this.path) return undefined;
    let text: string;
    try {
      text = readFileSync(this.path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    const { version, state } = JSON.parse(text) as { version: number; state: unknown };
    if (version !== VERSION) {
      const remedy = 'To start afresh, delete it together with the database that was filled beside it.';
      throw new Error(`${this.path} was written by another version of the sandbox (${version}). ${remedy}`);
    }
    return state;
  }

  saveFrom(snapshot: () => object): void {
    this.snapshot = snapshot;
  }

  markChanged(): void {
    if (!this.path || this.timer) return;
    this.timer = setTimeout(() => this.save(), SETTLE_MILLISECONDS);
    this.timer.unref();
  }

  save(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (!this.path || !this.snapshot) return;
    const temporary = `${this.path}.${process.pid}.new`;
    writeFileSync(temporary, JSON.stringify({ version: VERSION, state: this.snapshot() }), { mode: 0o600 });
    renameSync(temporary, this.path);
  }
}
