import pg from 'pg';
import type { Step, StepCounter } from './step-counter.js';

const WRITE = /\b(insert\s+into|update|delete\s+from)\s+(?:only\s+)?("?[\w."]+)/i;
const ADD_JOB = /graphile_worker\.(add_job|reschedule_jobs)/;
/** What is asked again and again while nothing happens; and what is noted by time alone. */
const POLLING = /SKIP LOCKED|api_keys|for update of jobs|"?_private_workers|known_crontabs|job_workers/i;

interface Connection {
  /** What this transaction has written. */
  written?: boolean;
  processID?: number;
}

type Callback = (...parameters: unknown[]) => void;
interface QueryObject {
  readonly text?: string;
  callback?: Callback;
}

/** What the statement is to the rest of the world; undefined where it changes nothing: then nothing lies before and after it. */
export function toStep(text: string, connection: Connection): Step | undefined {
  const statement = text.trimStart();
  const backend = connection.processID;
  if (/^(begin|start transaction)/i.test(statement)) {
    connection.written = false;
    return undefined;
  }
  if (/^commit/i.test(statement)) {
    return connection.written ? { kind: 'commit', name: 'COMMIT', backend } : undefined;
  }
  if (POLLING.test(statement)) return undefined;
  const [, verb, table] = WRITE.exec(statement) ?? [];
  const name = verb ? `${verb.toUpperCase()} ${table}` : ADD_JOB.exec(statement)?.[0];
  if (name === undefined || /^select\b(?!.*graphile_worker\.)/is.test(statement)) return undefined;
  connection.written = true;
  return { kind: 'write', name, backend };
}

/**
 * Every statement of every connection of this process passes the counter.
 *
 * @param refusal why a statement is not to be run at all; undefined: it is
 */
export function installSqlSteps(counter: StepCounter, refusal: (text: string) => Error | undefined): void {
  const prototype = pg.Client.prototype as unknown as { query: (...parameters: unknown[]) => unknown };
  const original = prototype.query;
  prototype.query = function (this: Connection, ...parameters: unknown[]): unknown {
    const [query] = parameters as [string | QueryObject];
    const text = typeof query === 'string' ? query : (query?.text ?? '');
    const refused = refusal(text);
    if (refused) return refuse(parameters, refused);
    const step = toStep(text, this);
    if (!step) return original.apply(this, parameters);
    counter.before(step);
    const last = parameters.at(-1);
    if (typeof last === 'function') {
      parameters[parameters.length - 1] = followed(last as Callback, counter, step);
    } else if (typeof query === 'object' && typeof query.callback === 'function') {
      query.callback = followed(query.callback, counter, step);
    } else {
      const answering = original.apply(this, parameters) as Promise<unknown>;
      return answering.then((answer) => {
        counter.after(step);
        return answer;
      });
    }
    return original.apply(this, parameters);
  };
}

function refuse(parameters: readonly unknown[], error: Error): Promise<never> | undefined {
  const last = parameters.at(-1);
  if (typeof last !== 'function') return Promise.reject(error);
  process.nextTick(last as Callback, error);
  return undefined;
}

const followed =
  (callback: Callback, counter: StepCounter, step: Step): Callback =>
  (...parameters) => {
    if (!parameters[0]) counter.after(step);
    callback(...parameters);
  };
