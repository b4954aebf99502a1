import 'reflect-metadata';
import { cpus } from 'node:os';
import { measureAcknowledging } from './acknowledge.js';
import { measureAged } from './aged.js';
import { startDatabase } from './database.js';
import { measureMemory, toMemoryText } from './memory.js';
import { measureOfferLookup } from './offer-lookup.js';
import { toTable, type Comparison } from './report.js';
import { measureSettling } from './settle.js';

/*
 * Measures, and never asserts: absolute figures are this machine's, the ratios travel. Both sides of a comparison run
 * in turn in one run, on one database that flushes every commit; what counts is the median of their slices
 * [lowest..highest]. `npm run bench -- memory aged` measures only these parts.
 */

const PARTS = ['speed', 'memory', 'aged'] as const;
const wanted = process.argv.slice(2);
const usage = `npm run bench [-- ${PARTS.join(' | ')} ...]: measures these parts, or all of them`;
if (wanted.includes('--help') || wanted.includes('-h')) {
  console.log(usage);
  process.exit(0);
}
const unknown = wanted.filter((part) => !(PARTS as readonly string[]).includes(part));
if (unknown.length > 0) {
  console.error(`no such part: ${unknown.join(', ')}. ${usage}`);
  process.exit(2);
}
const isWanted = (part: (typeof PARTS)[number]): boolean => wanted.length === 0 || wanted.includes(part);
const start = performance.now();

console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}\n`);
if (isWanted('speed')) console.log(`${toTable(await measureSpeed())}\n`);
if (isWanted('memory')) console.log(`${toMemoryText(await measureMemory())}\n`);
if (isWanted('aged')) console.log(`${toTable(await measureAged())}\n`);
console.log(`took ${Math.round((performance.now() - start) / 1_000)} s`);

async function measureSpeed(): Promise<Comparison[]> {
  const database = await startDatabase();
  try {
    const lookup = await measureOfferLookup(database);
    const settling = await measureSettling(database);
    return [...(await measureAcknowledging(database)), settling, lookup];
  } finally {
    await database.stop();
  }
}
