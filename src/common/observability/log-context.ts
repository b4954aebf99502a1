import { AsyncLocalStorage } from 'node:async_hooks';

/** What every log line of one piece of work carries. */
export interface LogFields {
  readonly request_id?: string;
  readonly event_id?: string;
  readonly subscription_id?: string;
  readonly payment_id?: string;
  readonly job?: string;
}

const storage = new AsyncLocalStorage<LogFields>();

/** The fields of the work that is running, for the logger. */
export const currentLogFields = (): LogFields => storage.getStore() ?? {};

/** Runs `work` so that each of its log lines carries `fields`, added to those already there. */
export const withLogFields = <Result>(fields: LogFields, work: () => Result): Result =>
  storage.run({ ...currentLogFields(), ...fields }, work);
