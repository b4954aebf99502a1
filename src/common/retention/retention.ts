import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/index.js';

/** What to forget in one transaction. */
export interface ForgetPage {
  /** Nothing younger, by the database's clock. */
  readonly days: number;
  /** Rows to look at. */
  readonly most: number;
  /** `next` of the page before. */
  readonly after?: string;
}

export interface Forgotten {
  readonly rows: number;
  /** Where to go on; absent when nothing is left to look at. */
  readonly next?: string;
}

/** Rows of a module that nobody needs after a while. */
export interface RetentionRule {
  /** `module.what`; a label of a metric, so it stays. */
  readonly name: string;
  /** Not what is still needed, whatever its age: failed work, money, what somebody agreed to. Never waits for a lock. */
  readonly forget: (tx: Tx, page: ForgetPage) => Promise<Forgotten>;
}

/** What is forgotten after RETENTION_DAYS. Each module registers what may go of its own tables. */
@Injectable()
export class Retention {
  private readonly registered: RetentionRule[] = [];

  /** Called by modules while they are constructed. */
  register(rule: RetentionRule): void {
    if (this.registered.some(({ name }) => name === rule.name)) throw new Error(`${rule.name} is registered twice`);
    this.registered.push(rule);
  }

  list(): readonly RetentionRule[] {
    return this.registered;
  }
}

/** For statements that take the oldest first and delete all they take: less than a page is the last one. */
export const toForgotten = (rows: number, { most }: ForgetPage): Forgotten =>
  rows < most ? { rows } : { rows, next: '' };
