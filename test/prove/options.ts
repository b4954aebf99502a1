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

const USAGE = `npm run prove [-- --seed N] [--runs N] [--verbose] [--report FILE]

  --seed N       the first seed, from 1 on (1)
  --runs N       how many seeds, one after the other (${DEFAULT_RUNS}; 1 where a seed is given)
  --verbose      print each plan, and what becomes of it
  --report FILE  write how many runs held, and how many did not, as JSON`;

/** As `readOptions`; ends the process where there is nothing to run: with 0 after `--help`, with 2 after what is not understood. */
export function parseOptions(parameters: readonly string[]): Options {
  if (parameters.includes('--help') || parameters.includes('-h')) {
    console.log(USAGE);
    process.exit(0);
  }
  try {
    return readOptions(parameters);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    process.exit(2);
  }
}

/** @throws Error that says what is wrong */
function readOptions(parameters: readonly string[]): Options {
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
