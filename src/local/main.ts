import { existsSync } from 'node:fs';

/*
 * What `npm start` runs. In production it is the application and nothing else, which then insists on a complete
 * configuration; anywhere else it also brings what is missing: a PostgreSQL, a payment provider and a demo storefront.
 */
if (existsSync('.env')) process.loadEnvFile('.env');
if (process.env.NODE_ENV === 'production') await import('../main.js');
else await (await import('./start.js')).startLocally(process.env);
