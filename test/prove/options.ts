import { parseArgs } from 'node:util';

export interface Options {
  readonly seed: number;
  readonly runs: number;
  /** Plans and what becomes of them are printed as they happen. */
  readonly verbose: boolean;
  /** A file for the outcome as JSON: how many runs held, and how many did not. */
  readonly report: string | undefined;
}

const DEFAULT_RUNS = 8;

/** @throws Error that says what is wrong */
export function parseOptions(parameters: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...parameters],
    options: {
      seed: { type: 'string' },
      runs: { type: 'string' },
      verbose: { type: 'boolean' },
      report: { type: 'string' },
    },
  });
  return {
    seed: toNumber('seed', values.seed ?? '1'),
    runs: toNumber('runs', values.runs ?? String(values.seed === undefined ? DEFAULT_RUNS : 1)),
    verbose: values.verbose ?? false,
    report: values.report,
  };
}

function toNumber(name: string, text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error(`--${name} is a whole number from 1 on, not ${text}`);
  return Number(text);
}
