import 'reflect-metadata';
import { cpus } from 'node:os';
import { measureAcknowledging } from './acknowledge.js';
import { startDatabase } from './database.js';
import { measureOfferLookup } from './offer-lookup.js';
import { toTable } from './report.js';
import { measureSettling } from './settle.js';

/*
 * Measures, and never asserts: absolute figures are this machine's, the ratios travel. Both sides of a comparison run
 * in turn in one run, on one database that flushes every commit; what counts is the median of their slices
 * [lowest..highest].
 */

const database = await startDatabase();
try {
  console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}\n`);
  const lookup = await measureOfferLookup(database);
  const settling = await measureSettling(database);
  const acknowledging = await measureAcknowledging(database);
  console.log(toTable([...acknowledging, settling, lookup]));
} finally {
  await database.stop();
}
