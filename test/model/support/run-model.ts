import fc from 'fast-check';

/** How often each command was run in each state of the model. */
class Coverage {
  private readonly counts = new Map<string, Map<string, number>>();

  note(state: string, command: string): void {
    const ofCommand = this.counts.get(command) ?? new Map<string, number>();
    ofCommand.set(state, (ofCommand.get(state) ?? 0) + 1);
    this.counts.set(command, ofCommand);
  }

  /** Commands that were run, each with how often. */
  get commands(): Readonly<Record<string, number>> {
    return Object.fromEntries(
      [...this.counts].map(([command, states]) => [command, [...states.values()].reduce((sum, each) => sum + each, 0)]),
    );
  }

  ran(command: string): boolean {
    return this.counts.has(command);
  }

  get pairs(): number {
    return [...this.counts.values()].reduce((sum, states) => sum + states.size, 0);
  }

  /** A line per command: how often in all, and in which states. */
  print(title: string): string {
    const lines = Object.entries(this.commands)
      .toSorted(([one], [other]) => one.localeCompare(other))
      .map(([command, total]) => {
        const states = [...(this.counts.get(command) ?? [])].map(([state, count]) => `${state} ${count}`);
        return `  ${command} ${total}: ${states.toSorted().join(', ')}`;
      });
    return [`${title}: ${this.pairs} pairs of state and command`, ...lines].join('\n');
  }
}

/** One thing that somebody does. `run` does it, and says what the model expects of the answer. */
export interface Move<Model extends object, Real> {
  readonly name: string;
  /** What it was chosen with, as a failure shows it. */
  readonly told?: unknown;
  readonly check?: (model: Readonly<Model>) => boolean;
  readonly run: (model: Model, real: Real) => Promise<void>;
}

export interface Game<Model extends object, Real> {
  readonly moves: readonly fc.Arbitrary<Move<Model, Real>>[];
  /** Ways to what chance seldom comes to; each is gone once, before all others. */
  readonly examples: readonly (readonly Move<Model, Real>[])[];
  begin(): Promise<{ model: Model; real: Real }>;
  /** Compares everything that can be seen with what the model says. */
  compare(model: Model, real: Real): Promise<void>;
  stateOf(model: Readonly<Model>): string;
}

export interface Length {
  readonly seed: number;
  readonly runs: number;
  readonly commands: number;
}

/**
 * The length of a run. `MODEL_SEED`, `MODEL_RUNS` and `MODEL_COMMANDS` choose another; `MODEL_PATH` and `MODEL_REPLAY` are
 * what a failure prints as `path` and `replayPath`; with `MODEL_SHRINK=no` the first failure is shown as it was found.
 */
export const lengthOf = (fixed: Length): Length => ({
  seed: Number(process.env.MODEL_SEED ?? fixed.seed),
  runs: Number(process.env.MODEL_RUNS ?? fixed.runs),
  commands: Number(process.env.MODEL_COMMANDS ?? fixed.commands),
});

/** True where another run than the fixed one was asked for. */
const isHunting = (): boolean => process.env.MODEL_SEED !== undefined || process.env.MODEL_RUNS !== undefined;

/** Milliseconds after which looking for a smaller failure ends. */
export const MOST_MILLISECONDS = Number(process.env.MODEL_MINUTES ?? 4) * 60_000;

/** Plays `game` with commands that the seed decides; fails with the smallest commands found after which it differs. */
export async function play<Model extends object, Real>(
  game: Game<Model, Real>,
  { seed, runs, commands }: Length,
  coverage = new Coverage(),
): Promise<Coverage> {
  const all = fc.commands(
    game.moves.map((move) => move.map((each) => toCommand(game, each, coverage))),
    { maxCommands: commands, size: 'max', ...replayPath() },
  );
  const property = fc.asyncProperty(all, (chosen) => fc.asyncModelRun(() => game.begin(), chosen));
  const { MODEL_PATH: path } = process.env;
  await fc.assert(property, {
    seed,
    numRuns: runs + game.examples.length,
    examples: game.examples.map((moves) => [moves.map((move) => toCommand(game, move, coverage))]),
    interruptAfterTimeLimit: MOST_MILLISECONDS,
    markInterruptAsFailure: !isHunting(),
    endOnFailure: process.env.MODEL_SHRINK === 'no',
    ...(path === undefined ? {} : { path }),
  });
  return coverage;
}

/** The name of everything that can happen. */
export const namesOf = <Model extends object, Real>({ moves }: Game<Model, Real>): readonly string[] => {
  const names = moves.flatMap((move) => fc.sample(move, { numRuns: 60, seed: 1 }).map(({ name }) => name));
  return [...new Set(names)].toSorted();
};

const replayPath = (): { replayPath?: string } =>
  process.env.MODEL_REPLAY === undefined ? {} : { replayPath: process.env.MODEL_REPLAY };

const toCommand = <Model extends object, Real>(
  game: Game<Model, Real>,
  move: Move<Model, Real>,
  coverage: Coverage,
): fc.AsyncCommand<Model, Real> => ({
  check: (model) => move.check?.(model) ?? true,
  async run(model, real) {
    coverage.note(game.stateOf(model), move.name);
    await move.run(model, real);
    await game.compare(model, real);
  },
  toString: () => (move.told === undefined ? move.name : `${move.name}(${fc.stringify(move.told)})`),
});
