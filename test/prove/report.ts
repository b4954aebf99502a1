import { describePlan } from './plan/describe.js';
import type { RunResult } from './run.js';

/** All that somebody needs who wants to see it again. */
export function printViolations({ plan, violations, journal }: RunResult): void {
  console.log(describePlan(plan));
  console.log('what happened:');
  for (const line of journal) console.log(`  ${line}`);
  console.log('violations:');
  for (const { check, text } of violations) console.log(`  ${check}: ${text}`);
  console.log(`again: npm run prove -- --seed ${plan.seed} --runs 1 --verbose`);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

/** What was done to the service, and what became of it. */
export function printTable(results: readonly RunResult[], seconds: number): void {
  const [first, last] = [results[0]?.plan.seed, results.at(-1)?.plan.seed];
  const total = (name: keyof RunResult['figures']): number => sum(results.map(({ figures }) => figures[name]));
  const rows: (readonly [string, string | number])[] = [
    ['seeds', `${first} to ${last}`],
    ['runs', results.length],
    ['acts of customers', total('acts')],
    ['requests', total('clicks')],
    ['processes killed', total('kills')],
    ['charges', total('charges')],
    ['refunds', total('refunds')],
    ['events', total('events')],
    ...countFaults(results),
    ['violations', sum(results.map(({ violations }) => violations.length))],
    ['minutes', (seconds / 60).toFixed(1)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  console.log('');
  for (const [name, value] of rows) console.log(`${name.padEnd(width)}  ${value}`);
}

function countFaults(results: readonly RunResult[]): [string, string][] {
  const kinds = [...new Set(results.flatMap(({ tally }) => Object.keys(tally)))].toSorted();
  return kinds.map((kind) => {
    const of = (what: 'planned' | 'reached') => sum(results.map(({ tally }) => tally[kind]?.[what] ?? 0));
    return [`fault: ${kind}`, `${of('reached')} of ${of('planned')} planned`];
  });
}
