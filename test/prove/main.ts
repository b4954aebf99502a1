import { writeFileSync } from 'node:fs';
import { parseOptions } from './options.js';
import { describePlan } from './plan/describe.js';
import { generatePlan } from './plan/generate.js';
import { printTable, printViolations } from './report.js';
import { Run, type RunResult } from './run.js';
import { DatabaseServer } from './world/database-server.js';

const options = parseOptions(process.argv.slice(2));
const server = await DatabaseServer.start();
const results: RunResult[] = [];
const started = performance.now();
try {
  for (let seed = options.seed; seed < options.seed + options.runs; seed++) {
    const plan = generatePlan(seed);
    if (options.verbose) console.log(describePlan(plan));
    const begun = performance.now();
    const result = await Run.carryOut(server, plan, (line) => options.verbose && console.log(line));
    results.push(result);
    const { violations, figures } = result;
    const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
    const verdict = violations.length === 0 ? 'holds' : `${violations.length} VIOLATIONS`;
    console.log(`seed ${seed}: ${verdict} (${figures.acts} acts, ${figures.kills} kills, ${seconds} s)`);
    if (violations.length > 0) printViolations(result);
  }
} finally {
  await server.stop();
}
printTable(results, (performance.now() - started) / 1_000);
const held = results.filter(({ violations }) => violations.length === 0).length;
if (options.report) writeFileSync(options.report, JSON.stringify({ held, violated: results.length - held }));
process.exit(held === options.runs ? 0 : 1);
